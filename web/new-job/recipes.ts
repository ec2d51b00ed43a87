import { useSyncExternalStore } from 'react';
import type { StepInput } from './step-input.ts';

/** Steps under a name, kept in this browser. */
export interface Recipe {
  name: string;
  steps: readonly StepInput[];
}

const key = 'octavo.recipes';
const none: readonly Recipe[] = [];
const listeners = new Set<() => void>();
let held: { text: string | null; recipes: readonly Recipe[] } = { text: null, recipes: none };

/** The recipes of this browser, by name, the same in all its tabs. */
export function useRecipes(): readonly Recipe[] {
  return useSyncExternalStore(listen, read);
}

/** Keeps a recipe; one of the same name is replaced. */
export function saveRecipe(recipe: Recipe): void {
  const others = read().filter(({ name }) => name !== recipe.name);
  write([...others, recipe].toSorted((a, b) => a.name.localeCompare(b.name)));
}

export function removeRecipe(name: string): void {
  write(read().filter((recipe) => recipe.name !== name));
}

/** A link to this page with these steps chosen, without any file. */
export function linkTo(steps: readonly StepInput[]): string {
  return `${location.origin}/?steps=${encodeURIComponent(JSON.stringify(steps))}`;
}

/** The steps that the page's address brings; undefined where it brings none, or none that can be read. */
export function stepsOfAddress(): readonly StepInput[] | undefined {
  return parse(new URLSearchParams(location.search).get('steps'));
}

function read(): readonly Recipe[] {
  const text = localStorage.getItem(key);
  if (text !== held.text) held = { text, recipes: parse<Recipe>(text) ?? none };
  return held.recipes;
}

function write(recipes: readonly Recipe[]): void {
  localStorage.setItem(key, JSON.stringify(recipes));
  listeners.forEach((changed) => changed());
}

function listen(changed: () => void): () => void {
  listeners.add(changed);
  addEventListener('storage', changed);
  return () => {
    listeners.delete(changed);
    removeEventListener('storage', changed);
  };
}

function parse<T>(text: string | null): T[] | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
