import type { HaproxyDocument, HaproxyLine, HaproxySection } from './document.js'

/** Whether HAProxy reads a line: `maybe` where a condition depends on what we can't know (version, features). */
export type Active = 'yes' | 'no' | 'maybe'

interface Block {
  /** What the branch now open is. */
  now: Active
  /** Whether a branch of this block was certainly, possibly or not taken so far. */
  taken: Active
}

/**
 * Follows `.if` / `.elif` / `.else` / `.endif` through a document (configuration.txt 2.4). Only constants are decided
 * here; every other condition leaves its branches at `maybe`.
 */
export function activity(document: HaproxyDocument): ReadonlyMap<HaproxyLine | HaproxySection, Active> {
  const active = new Map<HaproxyLine | HaproxySection, Active>()
  const blocks: Block[] = []
  const visit = (line: HaproxyLine) => {
    const word = line.words[0]?.text
    const condition = line.words.slice(1).map((one) => one.text)
    const block = blocks.at(-1)
    if (word === '.if') {
      const now = constant(condition)
      blocks.push({ now, taken: now })
    } else if (word === '.elif' && block !== undefined) branch(block, constant(condition))
    else if (word === '.else' && block !== undefined) branch(block, 'yes')
    else if (word === '.endif') blocks.pop()
    else active.set(line, together(blocks))
  }
  for (const line of document.preamble) visit(line)
  for (const section of document.sections) {
    active.set(section, together(blocks))
    for (const line of section.lines) visit(line)
  }
  return active
}

function branch(block: Block, condition: Active): void {
  if (block.taken === 'yes') block.now = 'no'
  else if (condition === 'no') block.now = 'no'
  else block.now = block.taken === 'maybe' ? 'maybe' : condition
  if (block.now === 'yes') block.taken = 'yes'
  else if (block.now === 'maybe') block.taken = 'maybe'
}

function constant(words: readonly string[]): Active {
  const text = words.join(' ').trim()
  if (text === '' || text === '0' || text === 'false') return 'no'
  if (/^\d+$/.test(text) || text === 'true') return 'yes'
  return 'maybe'
}

function together(blocks: readonly Block[]): Active {
  if (blocks.some((one) => one.now === 'no')) return 'no'
  return blocks.some((one) => one.now === 'maybe') ? 'maybe' : 'yes'
}
