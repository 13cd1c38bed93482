<?php

declare(strict_types=1);

namespace Reverb\Laravel\Config;

use Reverb\Laravel\Exceptions\CannotStart;
use Reverb\Laravel\Exceptions\InvalidSetting;
use Reverb\Laravel\Hooks\EventHooks;

/**
 * What the server is started with: config/reverb.php and the options of reverb:start, checked.
 */
final class ServerConfiguration
{
    /** Bytes of any one limit. */
    private const LARGEST_SIZE = 1 << 30;

    private const MOST_THREADS = 64;

    /**
     * @param  ?SiteCertificate  $certificate  where nothing else asked for TLS
     * @param  list<string>  $trustedProxies
     * @param  array{enabled: bool, threshold: int, level: int}  $compression
     * @param  array<string, int|float>  $limits
     * @param  list<ApplicationSettings>  $applications
     * @param  list<string>  $events  to dispatch whether or not somebody listens when the server starts
     */
    private function __construct(
        public readonly string $host,
        public readonly int $port,
        public readonly string $path,
        private readonly ?string $hostname,
        private readonly ?SocketPath $socket,
        private readonly bool $socketRequired,
        public readonly bool $debug,
        private readonly int $socketMode,
        private readonly TlsSettings $tls,
        public readonly ?SiteCertificate $certificate,
        private readonly array $trustedProxies,
        private readonly array $compression,
        private readonly array $limits,
        private readonly array $applications,
        private readonly ScalingSettings $scaling,
        private readonly Settings $server,
        public readonly array $events,
        public readonly int $pulseIngestInterval,
        public readonly int $telescopeIngestInterval,
    ) {}

    /**
     * @param  mixed  $configuration  `reverb` of the configuration
     * @param  array<string, string>  $options  host, port, path and hostname where the command line has them
     * @param  bool  $applications  whether they stand in the configuration, rather than being asked for one by one
     * @param  mixed  $redis  `database.redis` of the configuration
     *
     * @throws CannotStart
     */
    public static function read(
        mixed $configuration,
        array $options,
        bool $debug,
        string $storagePath,
        bool $applications = true,
        mixed $redis = null,
    ): self {
        $reverb = Settings::of($configuration, 'reverb');

        self::ensureKnownDriver($reverb);

        $server = $reverb->section('servers')->section('reverb');

        foreach ($options as $key => $value) {
            $server = $server->with($key, $value, "--{$key}");
        }

        $hostname = $server->optionalString('hostname');
        $tls = TlsSettings::read($server->section('options'));
        $certificate = ! $tls->declined && ! $tls->given() && $hostname !== null ? SiteCertificate::find($hostname) : null;
        $socket = SocketPath::read($server, $storagePath);
        $scaling = ScalingSettings::read($server->section('scaling'), $redis);
        $transport = TransportSetting::read($server);
        $transport->check($scaling, $server);

        if ($tls->given() || $certificate !== null) {
            $tls->ensureNoClientIsChecked();
        }

        return new self(
            host: $server->string('host', '0.0.0.0'),
            port: $server->integer('port', 8080, 0, 65_535),
            path: self::prefix($server->string('path', '')),
            hostname: $hostname,
            socket: $socket,
            socketRequired: $transport->requires($socket, $server),
            debug: $debug,
            socketMode: $server->mode('socket_mode', 0660),
            tls: $tls,
            certificate: $certificate,
            trustedProxies: $server->separated('trusted_proxies'),
            compression: self::compression($server->section('compression')),
            limits: self::limits($server),
            applications: $applications ? self::applications($reverb->section('apps')) : [],
            scaling: $scaling,
            server: $server,
            events: self::events($server),
            pulseIngestInterval: $server->integer('pulse_ingest_interval', 15, 1, Settings::DAY),
            telescopeIngestInterval: $server->integer('telescope_ingest_interval', 15, 1, Settings::DAY),
        );
    }

    public function secure(): bool
    {
        return $this->certificate !== null || $this->tls->given();
    }

    /**
     * The name by which clients reach the server, where it is another than its address.
     */
    public function publicName(): ?string
    {
        return $this->hostname === $this->host ? null : $this->hostname;
    }

    /**
     * What is no error and still cannot be meant.
     *
     * @return list<string>
     */
    public function warnings(): array
    {
        $warnings = $this->secure() ? $this->tls->warnings() : [];

        foreach ($this->applications as $index => $application) {
            foreach ($application->unmatchableOrigins() as $origin => $host) {
                $warnings[] = "reverb.apps.apps.{$index}.allowed_origins: \"{$origin}\" allows no page, as only hosts are compared. "
                    ."Write \"{$host}\".";
            }
        }

        return $warnings;
    }

    /**
     * For the constructor of the extension's server.
     *
     * @return array<string, mixed>
     */
    public function toArray(): array
    {
        return [
            'host' => $this->host,
            'port' => $this->port,
            'path' => $this->path,
            'tls' => [...$this->tls->toArray(), ...$this->certificate?->toArray() ?? []],
            'trusted_proxies' => $this->trustedProxies,
            'compression' => $this->compression,
            'socket' => $this->socket?->path,
            'socket_mode' => $this->socketMode,
            'socket_required' => $this->socketRequired,
            'debug' => $this->debug,
            'scaling' => $this->scaling->toArray(),
            'apps' => array_map(
                static fn (ApplicationSettings $application): array => $application->toArray(), $this->applications
            ),
            ...$this->limits,
        ];
    }

    /**
     * What the extension refuses, with the setting called as the user calls it.
     */
    public function refused(string $setting, string $reason): CannotStart
    {
        $section = explode('.', $setting)[0];

        return match (true) {
            $section === 'apps' => InvalidSetting::because("reverb.apps.{$setting}", $reason),
            $section === 'tls' && $this->certificate !== null => InvalidSetting::because(
                $this->server->name('hostname'),
                "{$this->hostname} has a certificate of Herd or Valet, which cannot be used: {$reason}. "
                .'To serve without TLS set '.$this->server->name('options.tls').' to false.'
            ),
            $section === 'tls' => InvalidSetting::because($this->server->name("options.{$setting}"), $reason),
            array_key_exists($section, $this->toArray()) => InvalidSetting::because($this->server->name($setting), $reason),
            // Not a setting of the user's but something of the system.
            default => new CannotStart($reason),
        };
    }

    /**
     * @return int bytes, which no event may have
     */
    public static function outboxLimit(Settings $server): int
    {
        return $server->integer('outbox_limit', 1_048_576, 1, self::LARGEST_SIZE);
    }

    /**
     * @return int seconds for which a cache channel keeps its last event
     */
    public static function cacheTtl(Settings $server): int
    {
        return $server->integer('cache_ttl', 1_800, 1, 4_294_967_295);
    }

    private static function ensureKnownDriver(Settings $reverb): void
    {
        $driver = $reverb->string('default', 'reverb');

        if ($driver !== 'reverb') {
            throw InvalidSetting::mustBe(
                $reverb->name('default'), '"reverb"', $driver, 'Other server drivers cannot be run by the extension.'
            );
        }
    }

    /**
     * @return list<string>
     */
    private static function events(Settings $server): array
    {
        $known = array_keys(EventHooks::HOOKS);
        $events = $server->strings('events', []);

        foreach ($events as $index => $event) {
            if (! in_array($event, $known, true)) {
                throw InvalidSetting::mustBe("{$server->name('events')}.{$index}", 'one of '.implode(', ', $known), $event);
            }
        }

        return $events;
    }

    /**
     * "", or "/prefix" however its slashes were written.
     */
    private static function prefix(string $path): string
    {
        $path = trim($path, '/');

        return $path === '' ? '' : "/{$path}";
    }

    /**
     * @return array{enabled: bool, threshold: int, level: int}
     */
    private static function compression(Settings $compression): array
    {
        return [
            'enabled' => $compression->boolean('enabled', false),
            'threshold' => $compression->integer('threshold', 512, 0, self::LARGEST_SIZE),
            'level' => $compression->integer('level', 3, 1, 9),
        ];
    }

    /**
     * @return array<string, int|float>
     */
    private static function limits(Settings $server): array
    {
        return [
            'threads' => $server->integer('threads', 0, 0, self::MOST_THREADS),
            'max_request_size' => $server->integer('max_request_size', 10_000, 1, self::LARGEST_SIZE),
            'outbox_limit' => self::outboxLimit($server),
            'outbox_soft_limit' => $server->integer('outbox_soft_limit', 262_144, 1, self::LARGEST_SIZE),
            'outbox_grace' => $server->seconds('outbox_grace', 10.0),
            'handshake_timeout' => $server->seconds('handshake_timeout', 10.0, 0.001),
            'drain_delay' => $server->seconds('drain_delay', 0.0),
            'drain_window' => $server->seconds('drain_window', 5.0),
            'drain_timeout' => $server->seconds('drain_timeout', 8.0),
            'auth_timestamp_tolerance' => $server->integer('auth_timestamp_tolerance', 600, 0, 4_294_967_295),
            'application_ttl' => $server->integer('application_ttl', 60, 1, 4_294_967_295),
            'application_timeout' => $server->seconds('application_timeout', 3.0, 0.001),
            'cache_ttl' => self::cacheTtl($server),
        ];
    }

    /**
     * @return list<ApplicationSettings>
     */
    private static function applications(Settings $apps): array
    {
        $apps->string('provider', 'config');

        $entries = $apps->section('apps')->all();

        if ($entries === []) {
            throw InvalidSetting::because($apps->name('apps'), 'has no application, so nobody could connect.');
        }

        return array_map(
            static fn (mixed $entry, int $index): ApplicationSettings => ApplicationSettings::read(
                Settings::of($entry, "{$apps->name('apps')}.{$index}")
            ),
            array_values($entries),
            array_keys(array_values($entries)),
        );
    }
}
