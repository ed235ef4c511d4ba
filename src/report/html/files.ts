import { linesOfText } from '../../config/copied-file.js'
import type { CaseGroup, CaseResult, Likely, ReportFile } from '../../kernel/result.js'
import { escapeHtml } from './markup.js'

/** The files a group ran with, lines numbered, guilty lines marked with what is wrong there. */
export function groupFiles(group: CaseGroup): string {
  return fileBlocks(group.files, group.cases)
}

/** The same of a case that had files of its own. */
export function caseFiles(one: CaseResult): string {
  return fileBlocks(one.files, [one])
}

function fileBlocks(files: readonly ReportFile[] = [], cases: readonly CaseResult[]): string {
  if (files.length === 0) return ''
  const guilty = cases.flatMap((one) => (one.status === 'failed' ? (one.likely ?? []) : []))
  return `<div class="files">${files.map((file) => fileBlock(file, guilty)).join('')}</div>`
}

function fileBlock(file: ReportFile, guilty: readonly Likely[]): string {
  const marks = new Map<number, Set<string>>()
  for (const { file: path, line, message } of guilty) {
    if (line === undefined || !isFile(path, file)) continue
    marks.set(line, (marks.get(line) ?? new Set()).add(message))
  }
  const lines = linesOfText(file.text)
  const code = lines.map((line, index) => {
    // Numbers are those of the file that people edit.
    const number = file.origin === undefined ? index + 1 : file.origin.lines[index]
    const wrong = number === undefined || number === null ? undefined : marks.get(number)
    const text = `<span class="ln">${number ?? '+'}</span>${escapeHtml(line)}`
    if (wrong === undefined) return `${text}\n`
    const notes = [...wrong].map((note) => `<span class="note">✖ ${escapeHtml(note)}</span>`).join('')
    // A note is a block: it ends the line by itself.
    return `<mark>${text}</mark>${notes}`
  })
  const added = file.origin?.lines.includes(null) ? '; + marks a line of the sandbox' : ''
  const count = marks.size === 0 ? '' : ` <span class="tag failed">✖ line ${[...marks.keys()].join(', ')}</span>`
  return `<details class="file"${marks.size > 0 ? ' open' : ''}><summary><code>${escapeHtml(file.name)}</code> <span class="soft">${file.kind === 'log' ? 'log' : `${file.kind} configuration`}, ${lines.length} ${lines.length === 1 ? 'line' : 'lines'}${added}</span>${count}</summary><pre tabindex="0">${code.join('')}</pre></details>`
}

function isFile(path: string, { name, origin }: ReportFile): boolean {
  if (origin !== undefined) return path === origin.file
  return path === name || path.endsWith(`/${name}`) || name.endsWith(`/${path}`)
}
