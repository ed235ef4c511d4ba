import type { AllResult, DescribedFile, FileVerdict, GenResult } from '../scenarios/generated.js'

/** Text for the terminal: the result, and what goes beside it. */
export interface Lines {
  readonly out: readonly string[]
  readonly progress: readonly string[]
}

/** @param quiet only what was asked for and what went wrong */
export function genLines(result: GenResult, quiet: boolean): Lines {
  const out = [
    ...result.files.map((file) => file.text.replace(/\n$/, '')),
    ...(result.diff ? [result.diff.replace(/\n$/, '')] : []),
    ...told(result.written, quiet).map((file) => `${file.status} ${file.path}`),
  ]
  return { out, progress: verdictLines(result.verdicts, quiet) }
}

export function allLines(result: AllResult, quiet: boolean): Lines {
  const { check, start } = result.next ?? { check: [], start: [] }
  return folderLines(result, quiet, [
    ...nextLines(check),
    ...(start.length === 0
      ? []
      : ['To run them, each in a terminal of its own:', ...start.map((command) => `  ${command}`)]),
  ])
}

export function composeLines(result: AllResult, quiet: boolean): Lines {
  const compose = `docker compose -f ${result.folder}/compose.yaml`
  return folderLines(result, quiet, nextLines([`${compose} up --detach --wait`, `${compose} run --rm check`]))
}

function folderLines(result: AllResult, quiet: boolean, next: readonly string[]): Lines {
  if (result.diff !== undefined) {
    return { out: result.diff === '' ? [] : [result.diff.replace(/\n$/, '')], progress: [] }
  }
  return {
    out: certLines(result.files, quiet),
    progress: quiet
      ? verdictLines(result.verdicts, quiet)
      : [...(result.notes ?? []), ...verdictLines(result.verdicts, quiet), ...next],
  }
}

/** What to type next, a command a line: each works as it is pasted. */
export function nextLines(commands: readonly string[]): readonly string[] {
  return ['Next:', ...commands.map((command) => `  ${command}`)]
}

export function certLines(all: readonly DescribedFile[], quiet: boolean): readonly string[] {
  const files = told(all, quiet)
  const width = Math.max(...files.map((file) => file.path.length))
  return files.map((file) => {
    const facts = [file.subject, file.san, file.until && `until ${file.until}`].filter(Boolean).join('  ')
    const path = facts === '' ? file.path : file.path.padEnd(width)
    return `${file.status} ${path}${facts === '' ? '' : `  ${facts}`}`
  })
}

/** A dry run says what it would do, however quiet: it does nothing else. */
function told<T extends { readonly status: string }>(files: readonly T[], quiet: boolean): readonly T[] {
  return quiet ? files.filter(({ status }) => status.startsWith('would ')) : files
}

export function verdictLines(all: readonly FileVerdict[], quiet: boolean): string[] {
  const verdicts = quiet ? all.filter(({ status }) => status !== 'accepted') : all
  return verdicts.flatMap((verdict) => {
    const by = verdict.by === undefined ? '' : ` by ${verdict.by}`
    return [`${verdict.file}: ${verdict.status}${by}`, ...verdict.messages.map((message) => `  ${message}`)]
  })
}
