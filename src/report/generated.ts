import type { AllResult, DescribedFile, GenResult, Verdict } from '../scenarios/generated.js'

/** Text for the terminal: the result, and what goes beside it. */
export interface Lines {
  readonly out: readonly string[]
  readonly progress: readonly string[]
}

export function genLines(result: GenResult): Lines {
  const out = [
    ...result.files.map((file) => file.text.replace(/\n$/, '')),
    ...(result.diff ? [result.diff.replace(/\n$/, '')] : []),
    ...result.written.map((file) => `${file.status} ${file.path}`),
  ]
  return { out, progress: verdictLines(result.verdicts) }
}

export function allLines(result: AllResult): Lines {
  return folderLines(result, [
    `mqtt-proxy check ${result.scenario} --dir ${result.folder}`,
    `haproxy -f ${result.folder}/haproxy.cfg`,
  ])
}

export function composeLines(result: AllResult): Lines {
  const compose = `docker compose -f ${result.folder}/compose.yaml`
  return folderLines(result, [`${compose} up --detach --wait`, `${compose} run --rm check`])
}

function folderLines(result: AllResult, next: readonly string[]): Lines {
  if (result.diff !== undefined) {
    return { out: result.diff === '' ? [] : [result.diff.replace(/\n$/, '')], progress: [] }
  }
  return {
    out: certLines(result.files),
    progress: [...(result.notes ?? []), ...verdictLines(result.verdicts), `Next: ${next.join('   |   ')}`],
  }
}

export function certLines(files: readonly DescribedFile[]): readonly string[] {
  const width = Math.max(...files.map((file) => file.path.length))
  return files.map((file) => {
    const facts = [file.subject, file.san, file.until && `until ${file.until}`].filter(Boolean).join('  ')
    const path = facts === '' ? file.path : file.path.padEnd(width)
    return `${file.status} ${path}${facts === '' ? '' : `  ${facts}`}`
  })
}

function verdictLines(verdicts: readonly Verdict[]): string[] {
  return verdicts.flatMap((verdict) => {
    const by = verdict.by === undefined ? '' : ` by ${verdict.by}`
    return [`${verdict.file}: ${verdict.status}${by}`, ...verdict.messages.map((message) => `  ${message}`)]
  })
}
