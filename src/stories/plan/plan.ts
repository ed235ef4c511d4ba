import { totalmem } from 'node:os'
import { includesFromDisk } from '../../host/files/config-files.js'
import { clientPortRange, openFileLimit } from '../../host/process/machine.js'
import type { DoctorItem } from '../../kernel/result.js'
import { readWorkspace } from '../../lint/workspace.js'
import { type PathModel, readPaths } from '../../path/index.js'
import { type PlanInput, planItems } from '../../plan/plan.js'
import { gather } from '../lint/gather.js'

export interface PlanOptions extends Pick<PlanInput, 'clients' | 'keepalive' | 'transport'> {
  readonly haproxyConfigs: readonly string[]
  readonly brokerConfigs: readonly string[]
  /** What is known of this machine is not asked: the plan is for another one. */
  readonly elsewhere: boolean
  readonly env: (name: string) => string | undefined
}

export interface Plan {
  readonly clients: number
  /** Nothing that is given or found here is too little. */
  readonly ok: boolean
  readonly items: readonly DoctorItem[]
}

/**
 * What that many sessions need, beside what the files and this machine have.
 * @throws Fault MP-CONFIG-FILE (exit 2)
 */
export async function plan(options: PlanOptions): Promise<Plan> {
  const { clients, keepalive, transport, elsewhere } = options
  const model = await modelOf(options)
  const [openFiles, clientPorts] = elsewhere ? [] : await Promise.all([openFileLimit(), clientPortRange()])
  const machine = elsewhere ? undefined : { openFiles, clientPorts, memory: totalmem() }
  const items = planItems({ clients, keepalive, transport, model, machine })
  return { clients, ok: !items.some(({ status }) => status === 'wrong'), items }
}

async function modelOf({ haproxyConfigs, brokerConfigs, env }: PlanOptions): Promise<PathModel | undefined> {
  if (haproxyConfigs.length + brokerConfigs.length === 0) return undefined
  const [found] = await gather({
    paths: [],
    haproxy: haproxyConfigs,
    brokers: brokerConfigs,
    stdin: async () => new Uint8Array(),
  })
  const { input } = readWorkspace(found?.files ?? [], { env, readInclude: includesFromDisk(), oneHaproxy: true })
  return readPaths(input)
}
