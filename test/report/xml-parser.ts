/** A strict little reader of the XML that reports write: enough to see that it is well-formed and what is in it. */
export interface XmlNode {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: XmlNode[]
  /** All text below, unescaped. */
  text: string
}

const entity = /&(?:#(\d+)|(\w+));/g

function plainText(text: string): string {
  return text.replace(entity, (whole, code: string | undefined) => {
    if (code === undefined) throw new Error(`unknown entity ${whole}`)
    return String.fromCodePoint(Number(code))
  })
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
