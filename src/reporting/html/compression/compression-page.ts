import type { Html } from '../html.ts';
import { page } from '../page.ts';
import { compressionStyle } from './compression-style.ts';

/** The page of a recipe, or of what layers bear. */
export function compressionPage(title: string, about: string, content: Html, head?: Html): string {
  return page({ title, about, head, content, ownStyle: compressionStyle });
}
