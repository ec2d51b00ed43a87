import { numberToString } from 'pdf-lib';
import type { Box, PagePatch } from '../../model/page.ts';

/**
 * What steps have done to a page in points, in the units of its content (ISO 32000-1, table 30: UserUnit).
 * @param unit points of one of them
 */
export function inUserUnits({ crop, over, under, ...patch }: PagePatch, unit: number): PagePatch {
  if (unit === 1) return { ...patch, ...(crop && { crop }), ...(over && { over }), ...(under && { under }) };
  const scale = numberToString(1 / unit);
  const smaller = (drawing: string): string => `q ${scale} 0 0 ${scale} 0 0 cm\n${drawing}\nQ`;
  return {
    ...patch,
    ...(crop && { crop: crop.map((side) => side / unit) as unknown as Box }),
    ...(over && { over: over.map(smaller) }),
    ...(under && { under: under.map(smaller) }),
  };
}
