import type { HaproxyDocument, HaproxyLine, HaproxySection } from '../../config/haproxy/document.js'

type Lines = Pick<HaproxyDocument, 'preamble' | 'sections'>

/**
 * Only the branches that are taken; conditions that could not be decided are left to HAProxy. A section in a branch that
 * is not taken is none: what is below its branch belongs to the section before it.
 */
export function settled({ preamble, sections }: Lines): Lines {
  const open = openDirectives([...preamble, ...sections.flatMap((one) => [one.header, ...one.lines])])
  const isRead = (one: HaproxyLine) => (isDirective(one) ? open.has(one) : one.active !== 'no')
  const before = preamble.filter(isRead)
  const kept: (HaproxySection & { readonly lines: HaproxyLine[] })[] = []
  for (const one of sections) {
    const lines = one.lines.filter(isRead)
    if (one.header.active === 'no') (kept.at(-1)?.lines ?? before).push(...lines)
    else kept.push({ ...one, lines })
  }
  return { preamble: before, sections: kept }
}

/** The `.if`, `.elif`, `.else` and `.endif` of blocks in which it is not known what HAProxy reads. */
function openDirectives(lines: readonly HaproxyLine[]): ReadonlySet<HaproxyLine> {
  const found = new Set<HaproxyLine>()
  const blocks: { readonly directives: HaproxyLine[]; open: boolean }[] = []
  for (const one of lines) {
    if (one.words[0]?.text === '.if') blocks.push({ directives: [], open: false })
    if (one.active === 'maybe') for (const block of blocks) block.open = true
    if (!isDirective(one)) continue
    const block = blocks.at(-1)
    block?.directives.push(one)
    if (one.words[0]?.text !== '.endif') continue
    blocks.pop()
    if (block?.open === true) for (const directive of block.directives) found.add(directive)
  }
  return found
}

function isDirective({ words }: HaproxyLine): boolean {
  return /^\.(if|elif|else|endif)$/.test(words[0]?.text ?? '')
}
