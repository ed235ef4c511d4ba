import { ownBroker, type RunnableKind, runnableKinds } from '../../brokers/index.js'
import { driverFor } from '../../host/brokers/index.js'
import { haproxyFacts } from '../../host/haproxy/haproxy.js'
import { findProgram } from '../../host/process/programs.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { nearest } from '../../kernel/nearest.js'
import { older } from '../../kernel/version.js'

const known = ['haproxy' as const, ...runnableKinds.filter((kind) => kind !== ownBroker)]

/**
 * `haproxy>=2.6`, `mosquitto`: must be there, and new enough.
 * @throws Fault MP-REQUIRE (exit 2 for a requirement that means nothing, exit 3 for one that is not met)
 */
export async function demand(requirement: string): Promise<void> {
  const match = /^([a-z]+)(?:>=(\d+(?:\.\d+)*))?$/.exec(requirement)
  const [, name = requirement, least] = match ?? []
  const tool = known.find((one) => one === name)
  if (match === null || tool === undefined) {
    const near = nearest(name, known)
    throw new Fault('MP-REQUIRE', `--require ${requirement} means nothing`, {
      exit: EXIT.usage,
      hints: [
        ...(near === undefined ? [] : [`did you mean ${near}?`]),
        `write ${known.join(', ')}, with >=X.Y behind it`,
      ],
    })
  }
  const version = tool === 'haproxy' ? await haproxyVersion() : await brokerVersion(tool)
  if (least === undefined || !older(version, least)) return
  throw new Fault('MP-REQUIRE', `${tool} ${version} is too old: ${least} is required`, { exit: EXIT.environment })
}

async function haproxyVersion(): Promise<string> {
  return (await haproxyFacts((await findProgram('haproxy')).program)).version
}

async function brokerVersion(kind: RunnableKind): Promise<string> {
  return (await (await driverFor(kind)).facts()).version
}
