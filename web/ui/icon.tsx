const shapes = {
  up: 'M4 10l4-4 4 4',
  down: 'M4 6l4 4 4-4',
  cross: 'M4 4l8 8M12 4l-8 8',
  again: 'M12.5 6A5 5 0 1 0 13 9M13 3v3.5H9.5',
  bin: 'M3 4.5h10M6.5 4V2.5h3V4M4.5 4.5l.5 9h6l.5-9M7 7v4M9 7v4',
};

/** A small drawing beside or instead of a word; the word itself belongs to what it sits on. */
export function Icon({ name }: { name: keyof typeof shapes }) {
  return (
    <svg
      viewBox="0 0 16 16"
      width="16"
      height="16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      aria-hidden="true"
    >
      <path d={shapes[name]} strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
