import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { XmlDocument, XmlElement, XsdValidator } from 'libxml2-wasm'

export interface XmlNode {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlNode[]
  /** All text below. */
  readonly text: string
}

/**
 * The root of a report, read by libxml2 and held to the schema of its format.
 * @throws Error where the text is not well-formed, or not of the format
 */
export function readXml(text: string, format: 'junit' | 'checkstyle'): XmlNode {
  const schema = XmlDocument.fromString(readFileSync(join(import.meta.dirname, `schemas/${format}.xsd`), 'utf8'))
  const document = XmlDocument.fromString(text)
  const validator = XsdValidator.fromDoc(schema)
  try {
    validator.validate(document)
    return nodeOf(document.root)
  } finally {
    validator.dispose()
    document.dispose()
    schema.dispose()
  }
}

function nodeOf(element: XmlElement): XmlNode {
  const children: XmlNode[] = []
  for (let child = element.firstChild; child !== null; child = child.next) {
    if (child instanceof XmlElement) children.push(nodeOf(child))
  }
  const attributes = Object.fromEntries(element.attrs.map(({ name, value }) => [name, value]))
  return { name: element.name, attributes, children, text: element.content }
}
