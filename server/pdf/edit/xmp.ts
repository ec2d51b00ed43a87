/** The properties of a document that Info dictionary and XMP packet must agree on; absent ones stay as they are. */
export interface Properties {
  title?: string;
  author?: string;
  subject?: string;
  keywords?: readonly string[];
  language?: string;
  /** ISO 8601. */
  modified: string;
}

const namespaces = {
  dc: 'http://purl.org/dc/elements/1.1/',
  pdf: 'http://ns.adobe.com/pdf/1.3/',
  xmp: 'http://ns.adobe.com/xap/1.0/',
} as const;

/**
 * The packet with these properties: the old ones of the same names go, everything else of it (PDF/A claims, rights,
 * history) stays. Without a packet that can be read as UTF-8 RDF, a new one.
 */
export function withProperties(packet: string | undefined, properties: Properties): string {
  const written = elements(properties);
  const declared = Object.entries(namespaces)
    .map(([prefix, uri]) => `xmlns:${prefix}="${uri}"`)
    .join(' ');
  const body = [...written].map(([name, content]) => `<${name}>${content}</${name}>`).join('');
  let kept = packet;
  for (const name of written.keys()) kept = kept && withoutProperty(kept, name);
  const end = kept?.lastIndexOf('</rdf:RDF>') ?? -1;
  if (kept === undefined || end < 0)
    return newPacket(`<rdf:Description rdf:about="" ${declared}>${body}</rdf:Description>`);
  const about = /rdf:about\s*=\s*(["'])([^"'<]*)\1/.exec(kept)?.[2] ?? '';
  const description = `<rdf:Description rdf:about="${about}" ${declared}>${body}</rdf:Description>`;
  return `${kept.slice(0, end)}${description}${kept.slice(end)}`;
}

function elements({ title, author, subject, keywords, language, modified }: Properties): Map<string, string> {
  const found = new Map<string, string>();
  const list = (kind: 'Seq' | 'Bag', items: readonly string[]): string =>
    `<rdf:${kind}>${items.map((item) => `<rdf:li>${escape(item)}</rdf:li>`).join('')}</rdf:${kind}>`;
  const localized = (text: string): string =>
    `<rdf:Alt><rdf:li xml:lang="x-default">${escape(text)}</rdf:li></rdf:Alt>`;
  if (title !== undefined) found.set('dc:title', localized(title));
  if (author !== undefined) found.set('dc:creator', list('Seq', [author]));
  if (subject !== undefined) found.set('dc:description', localized(subject));
  if (keywords) {
    found.set('dc:subject', list('Bag', keywords));
    found.set('pdf:Keywords', escape(keywords.join(', ')));
  }
  if (language !== undefined) found.set('dc:language', list('Bag', [language]));
  found.set('xmp:ModifyDate', modified);
  found.set('xmp:MetadataDate', modified);
  return found;
}

/** No packet has need of more. */
const maxPrefixes = 8;

/** The prefixes that a packet uses for the namespaces that match. */
export function prefixesOf(packet: string, namespace: RegExp): string[] {
  const declared = [...packet.matchAll(/\sxmlns:([\w-]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/g)];
  const prefixes = declared.flatMap(([, prefix, double, single]) =>
    namespace.test(double ?? single!) ? [prefix!] : [],
  );
  return [...new Set(prefixes)].slice(0, maxPrefixes);
}

/** The text of a property, written as an element or as an attribute. */
export function propertyOf(packet: string, name: string): string | undefined {
  const element = new RegExp(`<${name}(?:\\s[^>]*)?>([^<]*)<`).exec(packet)?.[1];
  const text = element ?? new RegExp(`\\s${name}\\s*=\\s*["']([^"'<]*)`).exec(packet)?.[1];
  return text?.trim();
}

/** The packet without a property, written as an element or as an attribute. */
export function withoutProperty(packet: string, name: string): string {
  const attribute = new RegExp(`\\s${name}\\s*=\\s*(?:"[^"]*"|'[^']*')`, 'g');
  return withoutElements(packet, name).replace(attribute, '');
}

/** Goes through the packet once, whatever it opens and never closes. */
function withoutElements(packet: string, name: string): string {
  const opening = new RegExp(`<${name}[\\s/>]`, 'g');
  let kept = '';
  let at = 0;
  for (let found = opening.exec(packet); found; found = opening.exec(packet)) {
    const end = elementEnd(packet, found.index, name);
    if (end === undefined) break;
    kept += packet.slice(at, found.index);
    at = end;
    opening.lastIndex = end;
  }
  return kept + packet.slice(at);
}

/** Where the element that begins here has ended; undefined where it does not, and no later one either. */
function elementEnd(packet: string, start: number, name: string): number | undefined {
  const tagEnd = packet.indexOf('>', start);
  if (tagEnd < 0) return undefined;
  if (packet[tagEnd - 1] === '/') return tagEnd + 1;
  const closing = packet.indexOf(`</${name}`, tagEnd);
  const end = closing < 0 ? -1 : packet.indexOf('>', closing);
  return end < 0 ? undefined : end + 1;
}

function newPacket(description: string): string {
  return (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>' +
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
    `${description}</rdf:RDF></x:xmpmeta><?xpacket end="w"?>`
  );
}

function escape(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
