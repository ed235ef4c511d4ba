/// <reference types="node" preserve="true" />
/**
 * `mqtt-proxy/testing`: HAProxy with a broker behind it inside your own tests, with any test runner.
 *
 *     const stack = await startStack({ scenario: 'proxy-mtls-cn' })
 *     const client = await mqtt.connectAsync(stack.url, { ...stack.tls, clientId: 'c1' })
 *     expect((await stack.saw('c1'))?.username).toBe('alice')
 *     await stack.stop()
 *
 * HAProxy is found as by the commands: `haproxy`, HAPROXY_PROGRAM, what `mqtt-proxy tools install haproxy` fetched, PATH.
 */

export type { Sight } from './host/types.js'
export { Fault } from './kernel/errors.js'
export { EXIT, type ExitCode } from './kernel/exit.js'
export { type Stack, type StackOptions, type StackTls, startStack } from './stories/stack/stack.js'
