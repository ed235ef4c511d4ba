import { ownBroker } from '../../brokers/index.js'
import { shellWord } from '../../kernel/shell-word.js'
import type { OutcomeRow } from '../../scenarios/types.js'
import type { BrokerChoice, CheckRequest } from './request.js'
import type { Subject } from './sources.js'

type Named = Pick<CheckRequest, 'transport' | 'ip' | 'mqtt'> & { readonly loginWords?: readonly string[] }

/** The command that repeats one case, with every flag that matters to it. */
export function againCommand(
  request: Named,
  subject: Subject,
  row: OutcomeRow,
  job: { readonly haproxy: string | undefined; readonly broker: BrokerChoice },
): string {
  return againNamed(request, `${subject.id}/${row.id}`, job, subject.again)
}

/** The same for anything with a name. */
export function againNamed(
  request: Named,
  name: string,
  job: { readonly haproxy: string | undefined; readonly broker: BrokerChoice },
  files: readonly string[] = [],
): string {
  const words = ['mqtt-proxy', 'check', name, ...files]
  if (job.haproxy !== undefined) words.push('--haproxy', job.haproxy)
  const { kind, program } = job.broker
  const isVersion = program !== undefined && /^\d+(\.\d+)*$/.test(program)
  if (isVersion) words.push('--broker', `${kind}@${program}`)
  else if (kind !== ownBroker) words.push('--broker', kind)
  if (program !== undefined && !isVersion) words.push('--broker-bin', program)
  if (request.transport !== undefined) words.push('--transport', request.transport)
  if (request.ip !== undefined) words.push('--ip', String(request.ip))
  if (request.mqtt !== undefined) words.push('--mqtt', request.mqtt)
  words.push(...(request.loginWords ?? []))
  return [...words, '-v'].map(shellWord).join(' ')
}
