/** XML as text, for JUnit and checkstyle. */
type Attributes = Readonly<Record<string, string | number | undefined>>

export function element(name: string, attributes: Attributes, children: readonly string[] = []): string {
  const given = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${escapeXml(String(value))}"`],
  )
  const open = `<${name}${given.join('')}`
  return children.length === 0 ? `${open}/>` : `${open}>${children.join('')}</${name}>`
}

/** Escapes markup and drops what XML 1.0 (2.2) has no place for, such as control characters of a log. */
export function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\u{FFFD}')
    .replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
    .replace(/\r/g, '&#13;')
}

/** Attribute values keep their line breaks only as references. */
export function attribute(text: string): string {
  return text.replace(/\s*\n\s*/g, ' · ')
}
