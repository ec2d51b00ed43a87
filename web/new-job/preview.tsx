import type { PDFDocumentProxy } from 'pdfjs-dist';
import { useEffect, useRef, useState } from 'react';
import type { DrawnPage } from '../pdf/draw-page.ts';
import { strings } from '../strings.ts';
import type { DraftFile } from './draft-files.ts';
import type { DraftStep } from './draft.ts';
import { MarkView } from './mark.tsx';
import { lookOf } from './page-look.ts';
import './preview.css';

const box = { width: 300, height: 380 };

/** What the steps will make of the first page, as it is typed. Nothing where the file is not on this machine. */
export function Preview({ file, steps }: { file: DraftFile | undefined; steps: readonly DraftStep[] }) {
  const document = usePdf(file?.file);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [page, setPage] = useState<DrawnPage>();
  const look = document && lookOf(steps, document.numPages);
  const { source = 1, turned = 0 } = look ?? {};

  useEffect(() => {
    if (!document || !canvas.current) return;
    let wanted = true;
    const target = canvas.current;
    void import('../pdf/draw-page.ts')
      .then(({ drawPage }) => drawPage(document, source, target, box, turned))
      .then(
        (drawn) => wanted && setPage(drawn),
        () => wanted && setPage(undefined),
      );
    return () => void (wanted = false);
  }, [document, source, turned]);

  if (!document) return null;
  return (
    <figure className="preview" hidden={!page}>
      <div className="preview-page">
        <canvas ref={canvas} role="img" aria-label={strings.pageShown(source, turned)} />
        {page && look && (
          <svg viewBox={`0 0 ${page.width} ${page.height}`} aria-hidden="true">
            {look.marks.map((mark, index) => (
              <MarkView key={index} mark={mark} page={page} turned={turned} />
            ))}
          </svg>
        )}
      </div>
      <figcaption className="faint">{look ? strings.pageLook(source) : strings.noPageYet}</figcaption>
    </figure>
  );
}

function usePdf(file: File | undefined): PDFDocumentProxy | undefined {
  const [opened, setOpened] = useState<{ file: File; document: PDFDocumentProxy }>();
  useEffect(() => {
    if (!file || file.type.startsWith('image/')) return;
    let wanted = true;
    const opening = import('../pdf/documents.ts').then(({ openPdf }) => openPdf(file));
    // What is wrong with the file is said by the server.
    opening.then(
      (document) => wanted && setOpened({ file, document }),
      () => {},
    );
    return () => {
      wanted = false;
      void opening.then(
        (document) => document.loadingTask.destroy(),
        () => {},
      );
    };
  }, [file]);
  return opened && opened.file === file ? opened.document : undefined;
}
