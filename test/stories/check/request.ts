import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CaseResult } from '../../../src/kernel/result.js'
import { derive } from '../../../src/scenarios/derive.js'
import { findScenario } from '../../../src/scenarios/find.js'
import { runCheck } from '../../../src/stories/check/check.js'
import type { CheckRequest, CheckRun } from '../../../src/stories/check/request.js'

/** Runs check in this process, with everything that is not said at its default. */
export function check(request: Partial<CheckRequest>): Promise<CheckRun> {
  return runCheck(requestOf(request))
}

export function requestOf(request: Partial<CheckRequest>): CheckRequest {
  return {
    select: [],
    dir: undefined,
    haproxyConfigs: [],
    brokerConfigs: [],
    reading: { allowExec: false, where: { root: undefined, maps: [] } },
    haproxies: [undefined],
    brokers: [{ kind: 'embedded', program: undefined }],
    transport: undefined,
    ip: undefined,
    mqtt: undefined,
    login: undefined,
    jobs: 4,
    keep: false,
    faults: [],
    bail: false,
    retries: 0,
    repeatEach: 1,
    shard: undefined,
    strict: false,
    timeoutMs: 5000,
    require: [],
    artifacts: '',
    env: {},
    now: new Date(),
    say: () => {},
    againNamed: (name) => name,
    again: (subject, row) => `${subject.scenario.id}/${row.id}`,
    ...request,
  }
}

export function casesOf(run: CheckRun, status: CaseResult['status']): readonly CaseResult[] {
  return run.result.groups.flatMap((group) => group.cases.filter((one) => one.status === status))
}

/** A folder with the files of a scenario, one of them edited; removed afterwards. */
export async function inLab<T>(
  scenario: string,
  edit: { readonly file: 'haproxy.cfg' | 'mosquitto.conf'; readonly from: RegExp; readonly to: string } | undefined,
  work: (lab: { dir: string; texts: Readonly<Record<string, string>> }) => Promise<T>,
): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'mqtt-proxy-lab-'))
  try {
    const derived = derive(findScenario(scenario))
    const files = [...derived.haproxy, ...derived.brokers.flatMap((one) => one.files)]
    const texts: Record<string, string> = {}
    for (const { name, text } of files) {
      const changed = edit?.file === name ? text.replace(edit.from, edit.to) : text
      if (edit?.file === name && changed === text) throw new Error(`${edit.from} is not in ${name}`)
      texts[name] = changed
      await writeFile(join(dir, name), changed)
    }
    return await work({ dir, texts })
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}
