/** Shows another picture on the window's tab. Pictures are files: the content security policy knows no `data:`. */
export function setFavicon(href: string): void {
  document.querySelector<HTMLLinkElement>('link[rel=icon]')?.setAttribute('href', href);
}
