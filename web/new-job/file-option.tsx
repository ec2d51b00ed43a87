import { useEffect, useRef, useState } from 'react';
import type { ChangeEvent } from 'react';
import { strings } from '../strings.ts';
import { startUpload } from '../upload.ts';
import type { RunningUpload } from '../upload.ts';
import { Button } from '../ui/button.tsx';

/** An option that is an upload of its own: the image of a stamp. Its value is the upload's id. */
export function FileOption({
  id,
  invalid,
  value,
  set,
}: {
  id: string;
  invalid: boolean;
  value: string;
  set(value: string): void;
}) {
  const input = useRef<HTMLInputElement>(null);
  const running = useRef<RunningUpload>(undefined);
  const [name, setName] = useState<string>();
  const [said, setSaid] = useState<{ text: string; bad: boolean }>();
  useEffect(() => () => running.current?.pause(), []);

  function chosen({ target }: ChangeEvent<HTMLInputElement>) {
    const [file] = target.files ?? [];
    target.value = '';
    if (!file) return;
    running.current?.stop();
    set('');
    setName(file.name);
    running.current = startUpload(file, {
      progress: (part) => setSaid({ text: strings.uploading(Math.floor(part * 100)), bad: false }),
      stalled: () => setSaid({ text: strings.stalled, bad: false }),
      done(fileId) {
        setSaid(undefined);
        set(fileId);
      },
      refused: (text) => setSaid({ text, bad: true }),
    });
  }

  return (
    <span className="file-option">
      <input ref={input} type="file" accept="image/png,image/jpeg" hidden onChange={chosen} />
      <Button
        id={id}
        aria-invalid={invalid}
        aria-describedby={`${id}-hint`}
        onClick={() => input.current?.click()}
      >
        {value || name ? strings.chooseOther : strings.chooseImage}
      </Button>
      <span>{name ?? (value && strings.imageThere)}</span>
      {said && (
        <span className={said.bad ? 'refusal' : 'faint'} role={said.bad ? 'alert' : undefined}>
          {said.text}
        </span>
      )}
    </span>
  );
}
