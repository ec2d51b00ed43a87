import type { ButtonHTMLAttributes } from 'react';
import './button.css';

/** `primary` once on a page, `quiet` for actions within a row. */
export function Button({
  kind = 'plain',
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { kind?: 'primary' | 'plain' | 'quiet' }) {
  return <button type="button" className={`button ${kind}`} {...rest} />;
}
