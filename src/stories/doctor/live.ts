import { openRuntimeApi, type RuntimeApi, type RuntimePlace } from '../../host/haproxy/runtime-api.js'
import { clientPortRange } from '../../host/process/machine.js'
import { siblingsOf } from '../../host/process/siblings.js'
import type { DoctorItem } from '../../kernel/result.js'
import { liveItems, liveVerdict } from '../../live/doctor/items.js'
import type { OldWorker, Readings } from '../../live/doctor/readings.js'
import { certificateCommand } from '../../live/runtime/commands.js'
import { parseSessions } from '../../live/runtime/sessions.js'
import { numberOf, parseCertificate, parseCertificateNames, parseStat } from '../../live/runtime/tables.js'
import { runtimePlace } from '../who/places.js'
import { brokerLog } from '../who/who.js'

/** Certificates are asked about one by one; a folder of thousands is not. */
const mostCertificates = 500

export interface LiveDiagnosis {
  readonly items: readonly DoctorItem[]
  readonly verdict: string
  readonly ok: boolean
  readonly notes: readonly string[]
}

/**
 * Looks at a running HAProxy by its socket, and changes nothing.
 * @param file the broker's log
 * @throws Fault MP-LIVE-..., MP-LOG, MP-BROKER-LOG
 */
export async function examineLive(socket: string, file: string | undefined, now: number): Promise<LiveDiagnosis> {
  const place = runtimePlace(socket)
  const notes: string[] = []
  const broker = file === undefined ? undefined : { ...(await brokerLog(file, notes)), file }
  const api = await openRuntimeApi(place)
  const readings: Readings = {
    info: api.info,
    stat: parseStat(await api.ask('show stat')),
    sessions: parseSessions(await api.ask('show sess all')),
    ...(await certificatesOf(api)),
    old: await oldWorkers(api, place),
    clientPorts: 'path' in place ? await clientPortRange() : undefined,
    broker,
    now,
  }
  const items = liveItems(readings)
  return { items, verdict: liveVerdict(items), ok: items.every((one) => one.status !== 'wrong'), notes }
}

async function certificatesOf(api: RuntimeApi): Promise<Pick<Readings, 'certificates' | 'unasked'>> {
  const names = parseCertificateNames(await api.ask('show ssl cert'))
  const unasked = names.filter((name, at) => at >= mostCertificates || certificateCommand(name) === undefined)
  const certificates = []
  for (const name of names.slice(0, mostCertificates)) {
    const command = certificateCommand(name)
    const found = command === undefined ? undefined : parseCertificate(name, await api.ask(command))
    if (found !== undefined) certificates.push(found)
  }
  return { certificates, unasked }
}

async function oldWorkers(api: RuntimeApi, place: RuntimePlace): Promise<readonly OldWorker[] | undefined> {
  if (api.workers !== undefined) {
    const old: OldWorker[] = []
    for (const { pid, uptime } of api.workers.filter((one) => one.old)) {
      old.push({ pid, uptime, sessions: parseSessions(await api.ask('show sess all', pid)).length })
    }
    return old
  }
  const pid = 'path' in place ? numberOf(api.info, 'Pid') : undefined
  const others = pid === undefined ? undefined : await siblingsOf(pid)
  return others?.map((one) => ({ pid: one, uptime: undefined, sessions: undefined }))
}
