/// <reference types="node" preserve="true" />
/**
 * `mqtt-proxy/artillery`: an engine for artillery (https://www.artillery.io), whose users come with a PROXY header and a
 * claimed source of their own. artillery is not a dependency: install it beside this package.
 *
 * `mqtt-proxy gen load TARGET --on artillery -o DIR` writes a script, and the package `artillery-engine-mqtt-proxy` by
 * which artillery finds this engine. Steps of a scenario:
 *
 *     - connect: {}                 # a session, ended again
 *     - publish: { topic: t, qos: 1, payload: 64, rate: 10, seconds: 30, echo: true }
 *     - think: 1
 *
 * Counted: `mqtt.connect` and `mqtt.message` (milliseconds), `mqtt.connections`, `mqtt.messages_sent` and
 * `mqtt.messages_arrived`; errors by what went wrong.
 */
import { type ArtilleryEvents, type ArtilleryScript, compileScenario, engineWay } from './stories/artillery/engine.js'

/** What artillery makes of `config.engines.mqtt-proxy`. */
export class Engine {
  readonly #way: ReturnType<typeof engineWay>

  /** @param script the whole script of artillery */
  constructor(script: ArtilleryScript) {
    this.#way = engineWay(script.config)
  }

  /** A function that runs one user through the steps of a scenario. */
  createScenario(spec: { readonly flow: readonly unknown[] }, ee: ArtilleryEvents) {
    return compileScenario(spec.flow, this.#way, ee)
  }
}
