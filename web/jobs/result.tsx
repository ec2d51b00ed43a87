import { useState } from 'react';
import { bytes } from '../format.ts';
import { strings } from '../strings.ts';
import { Button } from '../ui/button.tsx';
import { FileThumbnail } from './file-thumbnail.tsx';
import { PreviewDialog } from './preview-dialog.tsx';
import type { JobData } from './job-fields.ts';
import { useFreshLink } from './use-fresh-link.ts';

/** One file that came out. `before`: bytes of what it was made from, where it is the only one. */
export function Result({ file, before }: { file: JobData['outputs'][number]; before: number | undefined }) {
  const { link, follow, gone } = useFreshLink(file.id, file.url);
  const [shown, setShown] = useState<string>();
  const facts = [
    file.pages !== null && strings.pages(file.pages),
    before && file.mediaType === 'application/pdf'
      ? `${bytes(file.bytes)} (${strings.sizeBefore(bytes(before))}${change(before, file.bytes)})`
      : bytes(file.bytes),
  ];

  return (
    <li>
      <FileThumbnail url={file.thumbnail} />
      <div className="file-facts">
        <a className="file-name" href={file.url} onClick={(event) => void follow(event)} download>
          {file.name}
        </a>
        <span className="faint">{facts.filter(Boolean).join(' · ')}</span>
        <details className="checksum faint">
          <summary>{strings.checksum(file.sha256.slice(0, 8))}</summary>
          <code>{file.sha256}</code>
        </details>
      </div>
      <span className="file-actions">
        {isViewable(file.mediaType) && (
          <Button onClick={() => void link().then(setShown)} aria-label={strings.previewOf(file.name)}>
            {strings.preview}
          </Button>
        )}
        <a
          className={before === undefined ? 'button' : 'button primary'}
          href={file.url}
          onClick={(event) => void follow(event)}
          download
          aria-label={`${strings.download} ${file.name}`}
        >
          {strings.download}
        </a>
      </span>
      {gone && (
        <p className="refusal" role="alert">
          {strings.gone}
        </p>
      )}
      {shown && <PreviewDialog file={file} url={shown} close={() => setShown(undefined)} />}
    </li>
  );
}

function isViewable(mediaType: string): boolean {
  return mediaType === 'application/pdf' || /^(text\/|application\/json)/.test(mediaType);
}

function change(before: number, after: number): string {
  const percent = Math.round((after / before - 1) * 100);
  if (percent === 0) return '';
  return `, ${percent < 0 ? strings.smaller(-percent) : strings.larger(percent)}`;
}
