/**
 * What a session costs, measured on 2026-11-27 with HAProxy 3.2.26 and Mosquitto 2.1.2 (Linux, x86_64): resident memory with
 * 2,000 clients (TLS: 400, with a client certificate 300) less that with one, divided by their number. Each client held a
 * persistent session with one subscription and sent now and then.
 */
export const bytesPerSession = {
  haproxy: { plain: 3800, tls: 31_000, mtls: 36_000 },
  mosquitto: 5400,
} as const

/** A program has these open besides its connections: listeners, logs, its own pipes. */
export const spareDescriptors = 100

/** A client may be silent for one and a half keepalives (MQTT-3.1.2-22). */
export const silenceFactor = 1.5
