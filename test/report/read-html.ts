import { XmlDocument, XmlElement, XmlText } from 'libxml2-wasm'

export interface HtmlNode {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly (HtmlNode | string)[]
  /** All text below. */
  readonly text: string
}

/**
 * A page or a part of one, read strictly by libxml2: what is open is closed, and nothing is escaped wrongly. What HTML
 * allows beside XML is written as XML first: elements without an end, attributes without a value. Style and script are
 * left out.
 * @throws Error where it is not well-formed
 */
export function readHtml(html: string): HtmlNode {
  const xml = html
    .replace(/^<!doctype html>/, '')
    .replace(/(<(style|script)>)[\s\S]*?(<\/\2>)/g, '$1$3')
    .replace(/<[a-z][^<>]*>/g, (tag) =>
      tag.replace(/ (open|checked)(?=[ >])/g, ' $1=""').replace(/^<((?:meta|input|br)\b[^>]*)>$/, '<$1/>'),
    )
  const document = XmlDocument.fromString(xml.trimStart().startsWith('<html') ? xml : `<part>${xml}</part>`)
  try {
    return nodeOf(document.root)
  } finally {
    document.dispose()
  }
}

function nodeOf(element: XmlElement): HtmlNode {
  const children: (HtmlNode | string)[] = []
  for (let child = element.firstChild; child !== null; child = child.next) {
    if (child instanceof XmlElement) children.push(nodeOf(child))
    else if (child instanceof XmlText) children.push(child.content)
  }
  const attributes = Object.fromEntries(element.attrs.map(({ name, value }) => [name, value]))
  const text = children.map((child) => (typeof child === 'string' ? child : child.text)).join('')
  return { name: element.name, attributes, children, text }
}

/** Every element below with that name (`details`), class (`.case`) or both (`details.case`), in the order of the page. */
export function all(node: HtmlNode, selector: string): readonly HtmlNode[] {
  const [name = '', ...classes] = selector.split('.')
  return node.children.flatMap((child) => {
    if (typeof child === 'string') return []
    const has = (child.attributes.class ?? '').split(' ')
    const fits = (name === '' || child.name === name) && classes.every((one) => has.includes(one))
    return [...(fits ? [child] : []), ...all(child, selector)]
  })
}

/** The texts of every such element. */
export function texts(node: HtmlNode, selector: string): readonly string[] {
  return all(node, selector).map(({ text }) => text)
}

/** The one that there is. */
export function only(node: HtmlNode, selector: string): HtmlNode {
  const [one, ...more] = all(node, selector)
  if (one === undefined || more.length > 0) throw new Error(`${more.length + (one ? 1 : 0)} of ${selector}`)
  return one
}

/** An element a line, its text behind it: what a person compares. */
export function outline(node: HtmlNode, indent = ''): string {
  const { id, class: classes, ...rest } = node.attributes
  const name = `${node.name}${id === undefined ? '' : `#${id}`}${(classes ?? '')
    .split(' ')
    .filter(Boolean)
    .map((one) => `.${one}`)
    .join('')}`
  const given = Object.entries(rest).map(([key, value]) =>
    value === '' ? ` ${key}` : ` ${key}=${JSON.stringify(value)}`,
  )
  const shown = node.children.filter((child) => typeof child !== 'string' || child.trim() !== '')
  const [first] = shown
  const inline = shown.length === 1 && typeof first === 'string'
  const below = inline
    ? []
    : shown.map((child) =>
        typeof child === 'string' ? `${indent}  ${JSON.stringify(child)}\n` : outline(child, `${indent}  `),
      )
  return `${indent}${name}${given.join('')}${inline ? `: ${JSON.stringify(first)}` : ''}\n${below.join('')}`
}
