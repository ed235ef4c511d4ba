/** Alert rules for what `watch` measures, as Prometheus reads them. */
export interface AlertOptions {
  /** Seconds between two rounds. */
  readonly intervalSeconds: number
  /** Days before the end of a certificate. */
  readonly certificateDays: number
}

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly for: string
  readonly labels: { readonly severity: 'critical' | 'warning' }
  readonly annotations: { readonly summary: string; readonly description: string }
}

const target = '{{ $labels.target }}'

/** A document for `rule_files`; a single failed round raises no alert. */
export function alertRules({ intervalSeconds, certificateDays }: AlertOptions) {
  const twice = `${intervalSeconds * 2 + 30}s`
  const rule = (
    alert: string,
    expr: string,
    severity: Rule['labels']['severity'],
    summary: string,
    description: string,
    wait = twice,
  ): Rule => ({ alert, expr, for: wait, labels: { severity }, annotations: { summary, description } })
  const rules = [
    rule(
      'MqttProxyDown',
      'mqtt_proxy_up == 0',
      'critical',
      `${target} answers no MQTT`,
      `mqtt-proxy probe ${target} shows why; check that HAProxy and the broker run and that their files fit.`,
    ),
    rule(
      'MqttProxyMismatch',
      'mqtt_proxy_fits == 0',
      'critical',
      `frontend and broker of ${target} do not fit`,
      'The broker answers by itself and not through HAProxy: PROXY header, TLS facts or CN. mqtt-proxy probe --behind names it.',
    ),
    rule(
      'MqttProxyWrongAddress',
      'mqtt_proxy_address_right == 0',
      'warning',
      `the broker does not see the address of clients of ${target}`,
      'Access lists and logs of the broker show HAProxy instead: send-proxy is missing, or another proxy stands in between.',
    ),
    rule(
      'MqttProxySpoofable',
      'mqtt_proxy_spoofable == 1',
      'warning',
      `a forged PROXY header is trusted at ${target} ({{ $labels.side }})`,
      'Anyone who reaches the port from here can claim any address and, where the CN is the username, any user. Limit it to HAProxy.',
    ),
    rule(
      'MqttProxyCertificateEnds',
      `mqtt_proxy_certificate_days < ${certificateDays}`,
      'warning',
      `the certificate of ${target} ends in {{ $value }} days`,
      'Renew it and reload HAProxy; clients refuse it from its last day on.',
      '1m',
    ),
    rule(
      'MqttProxyNotProbed',
      `time() - mqtt_proxy_last_probe_timestamp_seconds > ${intervalSeconds * 5 + 60}`,
      'warning',
      `${target} was not probed for some time`,
      'mqtt-proxy watch hangs or has too many targets for its interval.',
      '1m',
    ),
    rule(
      'MqttProxyWatchGone',
      'absent(mqtt_proxy_last_probe_timestamp_seconds)',
      'warning',
      'mqtt-proxy watch is not scraped',
      'It is not running, has no target, or /metrics cannot be reached.',
      '5m',
    ),
  ]
  return { groups: [{ name: 'mqtt-proxy', rules }] }
}

/** What scrapes `watch`, and reads the rules. */
export function prometheusConfig(metrics: string, rulesFile: string) {
  return {
    global: { scrape_interval: '30s', evaluation_interval: '30s' },
    rule_files: [rulesFile],
    scrape_configs: [{ job_name: 'mqtt-proxy', static_configs: [{ targets: [metrics] }] }],
  }
}
