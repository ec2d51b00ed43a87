import { lazy, Suspense, useEffect, useRef } from 'react';
import { strings } from '../strings.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { TextStart } from './text-start.tsx';
import './preview-dialog.css';

const PdfPages = lazy(() => import('./pdf-pages.tsx'));

/** A result, to be looked at without a download. */
export function PreviewDialog({
  file,
  url,
  close,
}: {
  file: { name: string; mediaType: string };
  url: string;
  close(): void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className="look" onClose={close} aria-label={file.name}>
      <div className="look-head">
        <h2>{file.name}</h2>
        <Button kind="quiet" onClick={() => dialog.current?.close()} aria-label={strings.close}>
          <Icon name="cross" />
        </Button>
      </div>
      <Suspense fallback={<p className="faint">{strings.loading}</p>}>
        {file.mediaType === 'application/pdf' ? <PdfPages url={url} /> : <TextStart url={url} />}
      </Suspense>
    </dialog>
  );
}
