import { reachTable, wordSet } from '../../config/left-out.js'

/** Options of Mosquitto (to 2.1.2) that neither execute, load, open, write nor connect. */
export const keptMosquitto = wordSet(`accept_protocol_versions allow_anonymous allow_duplicate_messages
  allow_zero_length_clientid auto_id_prefix check_retain_source ciphers ciphers_tls1.3 clientid_prefixes
  disable_client_cert_date_checks enable_proxy_protocol enable_proxy_protocol_v2 global_max_clients
  global_max_connections listener_allow_anonymous listener_auto_id_prefix max_connections max_inflight_bytes
  max_inflight_messages max_keepalive max_packet_size max_qos max_queued_bytes max_queued_messages max_topic_alias
  max_topic_alias_broker maximum_qos memory_limit message_size_limit mount_point packet_buffer_size
  per_listener_settings persistent_client_expiration protocol proxy_protocol_v2_require_tls psk_hint queue_qos0_messages
  require_certificate retain_available retain_expiry_interval retry_interval set_tcp_nodelay sys_interval tls_version
  upgrade_outgoing_qos use_identity_as_username use_subject_as_username use_username_as_clientid websockets_origin`)

export const mosquittoReach = reachTable({
  'loads code': `auth_plugin auth_plugin_deny_special_chars enable_control_api global_plugin plugin plugin_load plugin_use
    tls_engine tls_engine_kpass_sha1 tls_keyform`,
  'opens a file': 'crlfile dhparamfile http_dir',
  'writes a file': `autosave_interval autosave_on_changes persistence persistence_file persistence_location pid_file
    retained_persistence`,
  'connects elsewhere': 'connection',
  'belongs to its machine': `bind_interface connection_messages log_dest log_facility log_timestamp log_timestamp_format
    log_type socket_domain user websockets_headers_size websockets_log_level`,
})

/** Options of plugins; they go with the plugin. */
export const isPluginOption = (key: string): boolean => /^(plugin_opt|auth_opt)_/.test(key)
