import { clearEvidence, type EvidenceFile, writeEvidenceFiles } from '../../host/sandbox/evidence.js'
import type { CaseGroup, CaseResult, RunResult } from '../../kernel/result.js'
import { singleQuoted } from '../../kernel/shell-word.js'
import { failedList, failedText } from './last.js'
import type { Recording } from './recorders.js'

/** These files mark a folder as our evidence. */
const marks = ['result.json', 'repro.sh'] as const

/** Where the run was started, and the flags that name its files. */
interface Origin {
  readonly cwd: string
  readonly files: string
}

/**
 * Replaces the evidence of the last run by that of this one: for each failed case a folder with both configurations,
 * logs, the result, the recording and a script that repeats it. Without failures nothing is left.
 * @throws Fault MP-EVIDENCE (exit 3)
 */
export async function writeEvidence(
  folder: string,
  result: RunResult,
  recordings: ReadonlyMap<CaseGroup, ReadonlyMap<string, Recording>>,
  origin?: Origin,
): Promise<RunResult> {
  await clearEvidence(folder, failedList, marks)
  const failed = result.groups.flatMap((group) => group.cases.filter((one) => one.status === 'failed'))
  if (failed.length === 0) return result
  const names = [...new Set(failed.map(nameOf))]
  await writeEvidenceFiles(folder, [{ name: failedList, data: failedText(names, origin?.files ?? '') }])
  const budget = { left: mostBytes }
  const groups: CaseGroup[] = []
  for (const group of result.groups) {
    const cases: CaseResult[] = []
    for (const one of group.cases) {
      cases.push(
        one.status === 'failed'
          ? await writeCase(folder, group, one, recordings.get(group)?.get(one.id), origin?.cwd, budget)
          : one,
      )
    }
    groups.push({ ...group, cases })
  }
  return { ...result, groups }
}

async function writeCase(
  folder: string,
  group: CaseGroup,
  one: CaseResult,
  recording: Recording | undefined,
  cwd: string | undefined,
  budget: { left: number },
): Promise<CaseResult> {
  const dims = Object.values(group.dims ?? {}).join('-')
  const name = [one.id, dims]
    .filter(Boolean)
    .join('-')
    .replace(/[^\w.#-]+/g, '-')
  const place = `${folder}/${name}`
  const files = [
    ...(one.files ?? group.files ?? []).map((file) => ({ name: file.name, data: file.text })),
    { name: 'result.json', data: `${JSON.stringify(one, undefined, 2)}\n` },
    { name: 'repro.sh', data: reproScript(one, cwd), executable: true },
    ...(recording === undefined
      ? []
      : [
          { name: 'wire.pcapng', data: recording.pcapng },
          { name: 'wire.lua', data: recording.lua },
          { name: 'wire.txt', data: recipe },
        ]),
  ]
  const written = await writeEvidenceFiles(place, within(budget, files))
  return { ...one, artifacts: written }
}

/** What the evidence of one run may take, bytes: a recording of many failed cases fills a disk. */
const mostBytes = 64 << 20

/** The files that still fit, and a note that names the others. */
function within(budget: { left: number }, files: readonly EvidenceFile[]): readonly EvidenceFile[] {
  const missing: string[] = []
  const kept = files.filter(({ name, data }) => {
    const bytes = Buffer.byteLength(data)
    if (bytes > budget.left && !(marks as readonly string[]).includes(name)) {
      missing.push(`${name}: ${bytes} bytes`)
      return false
    }
    budget.left -= bytes
    return true
  })
  if (missing.length === 0) return kept
  const note = [`The evidence of one run takes ${mostBytes >> 20} MiB at most. Not kept:`, ...missing, ''].join('\n')
  return [...kept, { name: 'not-kept.txt', data: note }]
}

/** Paths of the command are relative to where it ran; what a repetition leaves must not replace this evidence. */
function reproScript(one: CaseResult, cwd: string | undefined): string {
  const back = cwd === undefined ? [] : [`cd ${singleQuoted(cwd)} || echo "files are looked for in $PWD" >&2`]
  return [
    '#!/bin/sh',
    `# ${one.id}: ${one.title}`,
    '# Runs just this check again where it ran, and leaves its folder; new evidence goes to again/ beside this script.',
    'here=$(cd "$(dirname "$0")" && pwd)',
    ...back,
    `exec ${one.again ?? 'mqtt-proxy check'} --keep --artifacts "$here/again" "$@"`,
    '',
  ].join('\n')
}

const recipe = `wire.pcapng holds both legs of a second run of this check alone, the one behind HAProxy decrypted. Its ports are those of
secondRun in result.json. With wire.lua Wireshark decodes the PROXY header and the
MQTT behind it; without the option it takes the header for MQTT:

  tshark -X lua_script:wire.lua -o tcp.try_heuristic_first:TRUE -r wire.pcapng -Y 'proxy or mqtt'

Wireshark 4.0 leaves out the last field of the SSL TLV, which is the CN: mqtt-proxy header decode wire.pcapng
`

function nameOf(one: CaseResult): string {
  return one.id.replace(/#\d+$/, '')
}
