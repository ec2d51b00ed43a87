import type { PDFDocumentProxy } from 'pdfjs-dist';
import { useEffect, useRef, useState } from 'react';
import { drawPage } from '../pdf/draw-page.ts';
import { openPdf } from '../pdf/documents.ts';
import { strings } from '../strings.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';

/** A PDF page by page, with the arrow keys, too; only what is looked at is fetched. */
export default function PdfPages({ url }: { url: string }) {
  const [document, setDocument] = useState<PDFDocumentProxy>();
  const [failed, setFailed] = useState(false);
  const [number, setNumber] = useState(1);
  const canvas = useRef<HTMLCanvasElement>(null);
  const count = document?.numPages ?? 0;

  useEffect(() => {
    const opening = openPdf(url);
    opening.then(setDocument, () => setFailed(true));
    return () =>
      void opening.then(
        (opened) => opened.loadingTask.destroy(),
        () => {},
      );
  }, [url]);

  useEffect(() => {
    if (!document || !canvas.current) return;
    const box = { width: Math.min(innerWidth - 64, 1100), height: innerHeight - 190 };
    // Closed while it was drawn: nobody waits for it.
    void drawPage(document, number, canvas.current, box).catch(() => {});
  }, [document, number]);

  const turn = (by: number) => setNumber(Math.min(count, Math.max(1, number + by)));

  // On the window: whatever in the dialog has the focus.
  useEffect(() => {
    function key(event: KeyboardEvent) {
      const by = { ArrowLeft: -1, PageUp: -1, ArrowRight: 1, PageDown: 1 }[event.key];
      if (by && !(event.target instanceof HTMLInputElement)) turn(by);
    }
    addEventListener('keydown', key);
    return () => removeEventListener('keydown', key);
  });

  if (failed) return <p className="refusal">{strings.cannotShow}</p>;
  return (
    <div aria-busy={!document}>
      {!document && <p className="faint">{strings.loading}</p>}
      <canvas ref={canvas} hidden={!document} role="img" aria-label={strings.page(number)} />
      <div className="page-turner" hidden={!document}>
        <Button
          kind="quiet"
          disabled={number <= 1}
          onClick={() => turn(-1)}
          aria-label={strings.previousPage}
        >
          <Icon name="left" />
        </Button>
        <label>
          <span className="unseen">{strings.pageNumber}</span>
          <input
            inputMode="numeric"
            value={number}
            onChange={(event) => {
              const wish = Number(event.target.value);
              if (wish >= 1 && wish <= count) setNumber(Math.floor(wish));
            }}
          />
        </label>
        <span className="faint">{strings.ofPages(count)}</span>
        <Button kind="quiet" disabled={number >= count} onClick={() => turn(1)} aria-label={strings.nextPage}>
          <Icon name="right" />
        </Button>
      </div>
    </div>
  );
}
