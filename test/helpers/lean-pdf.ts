/** Empty pages and nothing else: 20,000 of them in a megabyte. @param width of page n (one-based), where they differ */
export function leanPdf(pages: number, width?: (n: number) => number): Buffer {
  const kids = Array.from({ length: pages }, (_, i) => `${i + 3} 0 R`).join(' ');
  return assembled([
    '1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj',
    `2 0 obj<</Type/Pages/Count ${pages}/MediaBox[0 0 200 200]/Kids[${kids}]>>endobj`,
    ...Array.from({ length: pages }, (_, i) => {
      const box = width ? `/MediaBox[0 0 ${width(i + 1)} 9]` : '';
      return `${i + 3} 0 obj<</Type/Page/Parent 2 0 R${box}>>endobj`;
    }),
  ]);
}

/** One page, and so many objects that nobody needs: long to look at. */
export function manyObjects(count: number): Buffer {
  return assembled([
    '1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj',
    '2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj',
    '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj',
    ...Array.from({ length: count - 3 }, (_, i) => `${i + 4} 0 obj<</A ${i + 4} 0 R/B[1 2 3]>>endobj`),
  ]);
}

/** Without a cross-reference, which readers then piece together. */
function assembled(objects: readonly string[]): Buffer {
  const size = objects.length + 1;
  return Buffer.from(`%PDF-1.4\n${objects.join('\n')}\ntrailer<</Root 1 0 R/Size ${size}>>\n%%EOF\n`);
}
