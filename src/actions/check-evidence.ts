import { Fault } from '../errors.js'
import { EXIT } from '../exit.js'
import { clearEvidence, writeEvidenceFiles } from '../host/check-evidence.js'
import { readIfThere } from '../host/generated-files.js'
import type { CaseGroup, CaseResult, RunResult } from '../result.js'
import type { Recording } from './check-recorders.js'

/** Names of what failed in the last run, one a line, in the folder of its evidence. */
const failedList = 'failed.txt'

/** @throws Fault MP-CHECK-NONE (exit 2) when the last run left nothing to repeat */
export async function lastFailed(folder: string): Promise<readonly string[]> {
  const text = await readIfThere(`${folder}/${failedList}`)
  const names = (text ?? '').split('\n').filter((line) => line !== '')
  if (names.length > 0) return names
  throw new Fault('MP-CHECK-NONE', 'nothing failed in the last run here', {
    exit: EXIT.usage,
    hints: [`looked for ${folder}/${failedList}`],
  })
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
): Promise<RunResult> {
  await clearEvidence(folder, failedList)
  const failed = result.groups.flatMap((group) => group.cases.filter((one) => one.status === 'failed'))
  if (failed.length === 0) return result
  await writeEvidenceFiles(folder, [{ name: failedList, data: `${[...new Set(failed.map(nameOf))].join('\n')}\n` }])
  const groups: CaseGroup[] = []
  for (const group of result.groups) {
    const cases: CaseResult[] = []
    for (const one of group.cases) {
      cases.push(
        one.status === 'failed' ? await writeCase(folder, group, one, recordings.get(group)?.get(one.id)) : one,
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
    { name: 'repro.sh', data: reproScript(one), executable: true },
    ...(recording === undefined
      ? []
      : [
          { name: 'wire.pcapng', data: recording.pcapng },
          { name: 'wire.lua', data: recording.lua },
          { name: 'wire.txt', data: recipe },
        ]),
  ]
  const written = await writeEvidenceFiles(place, files)
  return { ...one, artifacts: written }
}

function reproScript(one: CaseResult): string {
  return `#!/bin/sh\n# ${one.id}: ${one.title}\n# Runs just this check again, and leaves its folder.\nexec ${one.again ?? 'mqtt-proxy check'} --keep "$@"\n`
}

const recipe = `wire.pcapng holds both legs, the one behind HAProxy decrypted. With wire.lua Wireshark decodes the PROXY header and the
MQTT behind it; without the option it takes the header for MQTT:

  tshark -X lua_script:wire.lua -o tcp.try_heuristic_first:TRUE -r wire.pcapng -Y 'proxy or mqtt'

Wireshark 4.0 leaves out the last field of the SSL TLV, which is the CN: mqtt-proxy header decode wire.pcapng
`

function nameOf(one: CaseResult): string {
  return one.id.replace(/#\d+$/, '')
}
