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
    if (line === undefined || !isFile(path, file.name)) continue
    marks.set(line, (marks.get(line) ?? new Set()).add(message))
  }
  const lines = file.text.replace(/\n$/, '').split('\n')
  const code = lines.map((line, index) => {
    const wrong = marks.get(index + 1)
    const text = `<span class="ln">${index + 1}</span>${escapeHtml(line)}`
    if (wrong === undefined) return `${text}\n`
    const notes = [...wrong].map((note) => `<span class="note">✖ ${escapeHtml(note)}</span>`).join('')
    // A note is a block: it ends the line by itself.
    return `<mark>${text}</mark>${notes}`
  })
  const count = marks.size === 0 ? '' : ` <span class="tag failed">✖ line ${[...marks.keys()].join(', ')}</span>`
  return `<details class="file"${marks.size > 0 ? ' open' : ''}><summary><code>${escapeHtml(file.name)}</code> <span class="soft">${file.kind === 'log' ? 'log' : `${file.kind} configuration`}, ${lines.length} ${lines.length === 1 ? 'line' : 'lines'}</span>${count}</summary><pre tabindex="0">${code.join('')}</pre></details>`
}

function isFile(path: string, name: string): boolean {
  return path === name || path.endsWith(`/${name}`) || name.endsWith(`/${path}`)
}
