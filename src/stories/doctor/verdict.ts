import { brokerOf, ownBroker } from '../../brokers/index.js'
import type { Machine } from '../../host/process/machine.js'
import { shellWord } from '../../kernel/shell-word.js'
import { type Diagnosis, examinedBrokers, hasFiles, hasPorts, isReady, runnable } from './doctor.js'

/** Private, so that nobody else can put a program there. */
export const otherCache = 'export MQTT_PROXY_CACHE=$(mktemp -d)'
export const morePorts = 'sudo sysctl -w net.ipv4.ip_local_port_range="32768 60999"'

export function otherTemp(instead: string | undefined): string {
  return instead === undefined ? 'set TMPDIR to a folder that can be written' : `export TMPDIR=${shellWord(instead)}`
}

/** Node.js takes all that the hard limit allows, so what is short is the hard limit. */
export function moreFiles({ root }: Pick<Machine, 'root'>): string {
  return root ? 'ulimit -n 4096' : 'sudo prlimit --nofile=4096 --pid $$'
}

/** One sentence: what can run here, and what to type next. */
export function doctorVerdict(diagnosis: Diagnosis): string {
  if (!isReady(diagnosis)) return `Not ready: ${whyNotReady(diagnosis)}. Next: ${nextStep(diagnosis)}`
  const all = diagnosis.scenarios.length
  const real = examinedBrokers(diagnosis.brokers).flatMap(([kind, broker]) =>
    kind !== ownBroker && 'facts' in broker
      ? [`${runnable(diagnosis, kind).length} with ${kind} ${broker.facts.version}`]
      : [],
  )
  const own = `${runnable(diagnosis, ownBroker).length} of ${all} scenarios can run here with ${brokerOf(ownBroker).name}`
  return `Ready: ${[own, ...real].join(', ')}. Next: ${checkCommand(diagnosis)}`
}

/** `check` with the HAProxy that was looked at here. */
function checkCommand({ asked: { haproxy }, cacheFlag }: Diagnosis): string {
  return [
    ...(cacheFlag === undefined ? [] : [`MQTT_PROXY_CACHE=${shellWord(cacheFlag)}`]),
    'mqtt-proxy check',
    ...(haproxy === undefined ? [] : [`--haproxy ${shellWord(haproxy)}`]),
  ].join(' ')
}

function whyNotReady({ asked, machine, haproxy, haproxyVariable }: Diagnosis): string {
  if (!machine.temp.writable) return 'no temporary folder can be made'
  if (!machine.loopbackPorts) return 'the loopback interface cannot be used'
  if (!hasFiles(machine)) return `${machine.openFiles} open files are too few`
  if (!hasPorts(machine)) return 'the ports for clients are too few'
  const named = asked.haproxy !== undefined || haproxyVariable !== undefined
  if ('missing' in haproxy) return named ? 'the HAProxy that is named cannot be used' : 'HAProxy is missing'
  return `no scenario can run with HAProxy ${haproxy.facts.version}`
}

function nextStep(diagnosis: Diagnosis): string {
  const { machine } = diagnosis
  if (!machine.temp.writable) return thenDoctor(otherTemp(machine.temp.instead), machine.temp.instead !== undefined)
  if (!machine.loopbackPorts) return 'ip addr show lo'
  if (!hasFiles(machine)) return thenDoctor(moreFiles(machine))
  if (!hasPorts(machine)) return thenDoctor(morePorts)
  return getHaproxy(diagnosis)
}

function thenDoctor(command: string, isCommand = true): string {
  return isCommand ? `${command} && mqtt-proxy doctor` : command
}

/** What was named goes before what is fetched: to fetch another does not help as long as it is named. */
function getHaproxy({ asked, cacheFlag, haproxyVariable, haproxy, machine }: Diagnosis): string {
  if (asked.haproxy !== undefined) {
    const install =
      'missing' in haproxy ? haproxy.hints.find((hint) => /^mqtt-proxy tools install/.test(hint)) : undefined
    return install ?? 'mqtt-proxy doctor'
  }
  if (haproxyVariable !== undefined) return thenDoctor(`unset ${haproxyVariable}`)
  if (!machine.apt) return 'install HAProxy as said above, then mqtt-proxy doctor'
  const folder = cacheFlag === undefined ? '' : ` --cache-dir ${shellWord(cacheFlag)}`
  if (!machine.cache.writable) return `${otherCache} && mqtt-proxy tools install haproxy`
  return `mqtt-proxy tools install haproxy${folder}`
}
