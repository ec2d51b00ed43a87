import { languageName } from '../format.ts';

/** Several of a few values, each to be ticked. The field's value has commas between, the one that was ticked first first. */
export function ChoicesOption({
  labelledBy,
  values,
  value,
  set,
}: {
  labelledBy: string;
  values: readonly string[];
  value: string;
  set(value: string): void;
}) {
  const chosen = value.split(/,\s*/).filter(Boolean);
  function toggle(name: string) {
    const others = chosen.filter((other) => other !== name);
    const next = others.length < chosen.length ? others : [...chosen, name];
    // One at least.
    if (next.length > 0) set(next.join(', '));
  }
  return (
    <span className="choices" role="group" aria-labelledby={labelledBy}>
      {values.map((name) => (
        <label key={name}>
          <input type="checkbox" checked={chosen.includes(name)} onChange={() => toggle(name)} />
          {languageName(name)}
        </label>
      ))}
    </span>
  );
}
