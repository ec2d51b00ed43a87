import { lazy, Suspense, useEffect, useEffectEvent, useState } from 'react';
import { strings } from '../strings.ts';
import { DropZone } from './drop-zone.tsx';
import { useBeginning } from './use-beginning.ts';
import type { Beginning } from './use-beginning.ts';
import { useUploads } from './use-uploads.ts';
import './new-job.css';

const load = () => import('./editor.tsx');
const Editor = lazy(load);

/** From files and steps to a job. */
export function NewJob() {
  const uploads = useUploads();
  const beginning = useBeginning();
  /** The draft starts over: what it began with is not to come again. */
  const [over, setOver] = useState(false);
  const { steps, texts }: Pick<Beginning, 'steps' | 'texts'> = (!over && beginning) || { steps: [] };

  const take = useEffectEvent(uploads.take);
  useEffect(() => {
    if (beginning && beginning.files.length > 0) take(beginning.files);
  }, [beginning]);

  if (uploads.files.length === 0 && steps.length === 0)
    return <DropZone add={uploads.add} near={() => void load()} />;
  return (
    <Suspense fallback={<section className="sheet new-job" aria-busy="true" aria-label={strings.loading} />}>
      <Editor
        uploads={uploads}
        beginning={steps}
        texts={texts}
        over={() => {
          uploads.clear();
          setOver(true);
        }}
      />
    </Suspense>
  );
}
