/** What every chart written as text needs. */

/** Text as it stands between tags and in attributes of HTML and SVG alike. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A length or place; a tenth of a pixel is enough, and keeps the page small. */
export function pixels(length: number): string {
  return String(Math.round(length * 10) / 10);
}
