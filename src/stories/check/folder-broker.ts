import {
  type BrokerKind,
  brokerKinds,
  brokerOf,
  isReadable,
  isRunnable,
  ownBroker,
  type RunnableKind,
  readerOf,
  runnableKinds,
} from '../../brokers/index.js'
import { namesIn } from '../../host/sandbox/files.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { derive } from '../../scenarios/derive.js'
import { findScenario } from '../../scenarios/find.js'

/**
 * Which broker runs the files of a folder, where none is named: this program's own, if it reads them; else the one that they
 * are written for.
 * @throws Fault MP-CHECK-DIR (exit 2) for files of a broker that is not run here
 */
export async function brokerOfFolder(dir: string): Promise<RunnableKind> {
  const names = await namesIn(dir)
  const found = runnableKinds.find((kind) => fileOf(kind, names) !== undefined)
  if (found !== undefined) return found
  const other = brokerKinds.find((kind) => !isRunnable(kind) && names.includes(writtenFile(kind)))
  if (other === undefined) return ownBroker
  throw new Fault('MP-CHECK-DIR', `${dir} is for ${brokerOf(other).name}, which check does not run`, {
    exit: EXIT.usage,
    hints: isReadable(other) ? [`compare the files without running them: mqtt-proxy lint ${dir}`] : [],
  })
}

/** The broker that the files of a folder are written for, of those that check runs. */
export function brokerWrittenFor(names: readonly string[]): RunnableKind | undefined {
  return runnableKinds.find((kind) => isReadable(kind) && fileOf(kind, names) !== undefined)
}

/** The file that `gen` writes for a broker. */
function writtenFile(kind: BrokerKind): string {
  return derive(findScenario('tcp'), { broker: kind }).brokers[0]?.files[0]?.name ?? ''
}

/** The file in the folder that this broker is started with: of the kinds that it reads, the first that is there. */
export function fileOf(broker: RunnableKind, names: readonly string[]): string | undefined {
  return usualFiles(broker).find((name) => names.includes(name))
}

/** The names under which files that this broker reads are looked for. */
export function usualFiles(broker: RunnableKind): readonly string[] {
  const { reads } = brokerOf(broker).run ?? { reads: [broker] }
  return reads.map((kind) => (isReadable(kind) ? readerOf(kind).fileNames[0] : `${kind}.conf`))
}
