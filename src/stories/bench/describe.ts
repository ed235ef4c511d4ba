import type { Workload } from '../../bench/workload.js'

/** `500 connections/s, for 10 s`, `100 messages/s, 1 to 20, QoS 1, 64 bytes, MQTT 5, for 10 s`. */
export function titleOf(load: Workload, protocol: 4 | 5): string {
  const { measure, rate, durationMs, rampMs, publishers, subscribers, topics, split, qos, payload } = load
  const what = rate === 'max' ? `as many ${measure} as come through` : `${rate} ${measure}/s`
  const who = `${publishers} to ${subscribers}${split ? ', each its own topics' : ''}`
  const how =
    measure === 'messages' ? [who, `QoS ${qos}`, `${payload} bytes`, ...(topics > 1 ? [`${topics} topics`] : [])] : []
  const ramp = rampMs > 0 ? `, the first ${rampMs / 1000} s rising` : ''
  const version = protocol === 5 ? ['MQTT 5'] : []
  return [what, ...how, ...version, `for ${durationMs / 1000} s${ramp}`].join(', ')
}
