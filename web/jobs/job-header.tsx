import { navigate, jobPath } from '../router.ts';
import { bytes } from '../format.ts';
import { strings } from '../strings.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Link } from '../ui/link.tsx';
import { useNotificationWish } from '../ui/notification.ts';
import { isFinished } from './job-fields.ts';
import type { JobData } from './job-fields.ts';
import { useJobActions } from './use-job-actions.ts';

/** The job's name, what went in, and what can be done to it. */
export function JobHeader({ job }: { job: JobData }) {
  const actions = useJobActions(job.id);
  const finished = isFinished(job.state);
  const canHelp = job.error?.retryable ?? true;

  async function retry() {
    const next = await actions.retry();
    if (next) navigate(jobPath(next));
  }

  async function remove() {
    if (await actions.remove(job.name)) navigate('/');
  }

  return (
    <header>
      <p className="back">
        <Link href="/">{strings.backToJobs}</Link>
      </p>
      <h1>{job.name}</h1>
      <p className="faint">
        {job.label && <span className="label">{job.label}</span>}
        {facts(job)}
        {job.retryOf && (
          <>
            {' · '}
            <Link href={jobPath(job.retryOf.id)}>{strings.retried}</Link>
          </>
        )}
      </p>
      <div className="actions">
        {!finished && <NoticeToggle />}
        {!finished && (
          <Button disabled={actions.busy || job.state === 'CANCELING'} onClick={() => void actions.cancel()}>
            {job.state === 'CANCELING' ? strings.states.CANCELING : strings.cancel}
          </Button>
        )}
        {finished && !job.expired && canHelp && (
          <Button disabled={actions.busy} onClick={() => void retry()}>
            {strings.retry}
          </Button>
        )}
        <Link
          className={canHelp ? 'button' : 'button primary'}
          href={`/?from=${job.id}`}
          title={strings.duplicateMeaning}
        >
          {strings.duplicate}
        </Link>
        {finished && (
          <Button disabled={actions.busy} onClick={() => void remove()}>
            {strings.remove}
          </Button>
        )}
      </div>
      {actions.error && (
        <p className="refusal" role="alert">
          {actions.error}
        </p>
      )}
    </header>
  );
}

function NoticeToggle() {
  const wish = useNotificationWish();
  if (!wish) return null;
  return (
    <Button
      kind="quiet"
      aria-pressed={wish.wanted}
      onClick={() => void wish.toggle()}
      title={strings.noticeMeaning}
      aria-label={strings.notice}
    >
      <Icon name="bell" />
    </Button>
  );
}

function facts({ inputs }: JobData): string {
  const pages = inputs.reduce((sum, file) => sum + (file.pages ?? 0), 0);
  const size = inputs.reduce((sum, file) => sum + file.bytes, 0);
  return [inputs.length > 1 && strings.files(inputs.length), pages > 0 && strings.pages(pages), bytes(size)]
    .filter(Boolean)
    .join(' · ');
}
