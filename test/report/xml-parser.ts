/**
 * A strict little reader of the XML that reports write: what XML 1.0 does not allow (a bare ampersand, `]]>` in text, a
 * control character, an attribute twice) is an error.
 */
export interface XmlNode {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: XmlNode[]
  /** All text below, unescaped. */
  text: string
}

const named: Readonly<Record<string, string>> = { amp: '&', apos: "'", gt: '>', lt: '<', quot: '"' }
/** XML 1.0, production 2. */
const forbidden = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u

function plainText(text: string): string {
  if (text.includes(']]>')) throw new Error(`"]]>" in ${text}`)
  const plain = text.replace(/&(?:#(\d+);|(\w+);|)/g, (whole, code: string | undefined, name: string | undefined) => {
    const meant = code === undefined ? named[name ?? ''] : String.fromCodePoint(Number(code))
    if (meant === undefined) throw new Error(`${whole} is no reference in ${text}`)
    return meant
  })
  const bad = forbidden.exec(plain)
  if (bad !== null) throw new Error(`character ${bad[0].codePointAt(0)} in ${JSON.stringify(text)}`)
  return plain
}

export const XMLParser = {
  /** @throws Error where the text is not well-formed */
  parse(text: string): XmlNode {
    const root: XmlNode = { name: '', attributes: {}, children: [], text: '' }
    const stack = [root]
    const token = /<\?[^?]*\?>|<\/([\w-]+)>|<([\w-]+)((?:\s+[\w-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy
    let at = 0
    for (let match = token.exec(text); match !== null; match = token.exec(text)) {
      at = token.lastIndex
      const [, closing, opening, attributes = '', selfClosing, chars] = match
      const top = stack.at(-1) as XmlNode
      if (chars !== undefined) for (const node of stack) node.text += plainText(chars)
      if (closing !== undefined) {
        if (top.name !== closing) throw new Error(`</${closing}> closes <${top.name}>`)
        stack.pop()
      }
      if (opening !== undefined) {
        const given = [...attributes.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [
          key,
          plainText(value),
        ])
        if (new Set(given.map(([key]) => key)).size < given.length) throw new Error(`an attribute twice: ${attributes}`)
        const node: XmlNode = { name: opening, attributes: Object.fromEntries(given), children: [], text: '' }
        top.children.push(node)
        if (selfClosing === '') stack.push(node)
      }
    }
    if (at !== text.length) throw new Error(`not well-formed at ${at}: ${text.slice(at, at + 40)}`)
    if (stack.length !== 1) throw new Error(`<${stack.at(-1)?.name}> is not closed`)
    return root.children[0] as XmlNode
  },
}
