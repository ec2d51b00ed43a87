import './progress-bar.css';

/** A bar of `percent`, 0 to 100; `tone` says how it ended. */
export function ProgressBar({
  percent,
  label,
  tone = 'going',
}: {
  percent: number;
  label: string;
  tone?: 'going' | 'done' | 'stopped';
}) {
  const value = Math.floor(percent);
  return (
    <div
      className={`progress-bar ${tone}`}
      role="progressbar"
      aria-label={label}
      aria-valuenow={value}
      aria-valuemin={0}
      aria-valuemax={100}
    >
      <div style={{ transform: `scaleX(${percent / 100})` }} />
    </div>
  );
}
