import { useState } from 'react';
import type { KeyboardEvent } from 'react';
import { strings } from '../strings.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import type { DraftStep } from './draft.ts';
import { linkTo, removeRecipe, saveRecipe, useRecipes } from './recipes.ts';
import { toRecipe } from './step-input.ts';
import type { StepInput } from './step-input.ts';
import './recipes.css';

/** The recipes of this browser, to use and to add to; and the steps as a link. */
export function RecipeBar({
  steps,
  use,
}: {
  steps: readonly DraftStep[];
  use(steps: readonly StepInput[]): void;
}) {
  const recipes = useRecipes();
  const [naming, setNaming] = useState(false);
  const [link, setLink] = useState<string>();
  const inputs = steps.map(toRecipe);

  function save(name: string) {
    saveRecipe({ name, steps: inputs });
    setNaming(false);
  }

  async function share() {
    const address = linkTo(inputs);
    // The clipboard needs a secure origin; elsewhere the link is shown to be copied by hand.
    const copied = await navigator.clipboard?.writeText(address).then(
      () => true,
      () => false,
    );
    setLink(copied ? '' : address);
  }

  if (recipes.length === 0 && steps.length === 0) return null;
  return (
    <div className="recipes">
      {recipes.length > 0 && (
        <ul aria-label={strings.recipes}>
          {recipes.map((recipe) => (
            <li key={recipe.name}>
              <button type="button" onClick={() => use(recipe.steps)}>
                {recipe.name}
              </button>
              <Button
                kind="quiet"
                onClick={() => removeRecipe(recipe.name)}
                aria-label={strings.removeRecipe(recipe.name)}
              >
                <Icon name="cross" />
              </Button>
            </li>
          ))}
        </ul>
      )}
      {steps.length > 0 && !naming && (
        <>
          <Button kind="quiet" onClick={() => setNaming(true)}>
            {strings.saveRecipe}
          </Button>
          <Button kind="quiet" onClick={() => void share()}>
            {strings.copyLink}
          </Button>
        </>
      )}
      {naming && <NameField save={save} cancel={() => setNaming(false)} />}
      <span className="faint" role="status">
        {link === '' && strings.linkCopied}
      </span>
      {link && (
        <input readOnly value={link} aria-label={strings.copyLink} onFocus={(e) => e.target.select()} />
      )}
    </div>
  );
}

function NameField({ save, cancel }: { save(name: string): void; cancel(): void }) {
  const [name, setName] = useState('');

  // Within the form of the job, whose own Enter starts it.
  function key(event: KeyboardEvent) {
    if (event.key === 'Escape') return cancel();
    if (event.key !== 'Enter') return;
    event.preventDefault();
    if (name.trim()) save(name.trim());
  }

  return (
    <span className="recipe-name">
      <input
        autoFocus
        value={name}
        onChange={(event) => setName(event.target.value)}
        onKeyDown={key}
        aria-label={strings.recipeName}
        placeholder={strings.recipeName}
        maxLength={60}
      />
      <Button disabled={!name.trim()} onClick={() => save(name.trim())}>
        {strings.save}
      </Button>
    </span>
  );
}
