<?php

declare(strict_types=1);

namespace Reverb\Laravel\Broadcasting;

use Closure;
use Reverb\Laravel\Config\ScalingSettings;
use Reverb\Laravel\Config\ServerConfiguration;
use Reverb\Laravel\Config\Settings;
use Reverb\Laravel\Config\SocketPath;
use Reverb\Laravel\Config\TransportSetting;
use Reverb\Laravel\Exceptions\CannotStart;
use Reverb\Laravel\Native\Extension;

/**
 * What the settings and the extension leave of the ways to the server, for processes other than the
 * server's own. They are tried in this order: the socket, Redis, HTTP.
 */
final class PublishingWay
{
    private const SERVER = 'reverb.servers.reverb';

    /**
     * @param  ?string  $socket  the path to try, null for none
     * @param  ?array<string, mixed>  $redis  how to publish by Redis, null where that is none of the ways
     * @param  bool  $http  whether HTTP serves where the others do not
     * @param  string  $obstacle  why there is no socket to try
     */
    public function __construct(
        public readonly ?string $socket,
        public readonly ?array $redis = null,
        public readonly bool $http = true,
        public readonly string $obstacle = '',
    ) {}

    /**
     * A transport that is wrong leaves no way: what was asked for is not known, and must not be
     * something else. Another setting that is wrong is for reverb:start to complain of, unless nothing
     * else is left.
     *
     * @param  mixed  $server  `reverb.servers.reverb` of the configuration
     * @param  mixed  $redis  `database.redis` of the configuration
     * @param  Closure(): list<string>  $applicationIds  of those that are known; empty: it may be any
     */
    public static function read(mixed $server, mixed $redis, string $storagePath, Extension $extension, Closure $applicationIds): self
    {
        try {
            $settings = Settings::of($server, self::SERVER);
        } catch (CannotStart $e) {
            return new self(null, obstacle: $e->getMessage());
        }

        try {
            $transport = TransportSetting::read($settings);
        } catch (CannotStart $e) {
            return new self(null, http: false, obstacle: $e->getMessage());
        }

        $name = $settings->name(TransportSetting::KEY);

        if ($transport === TransportSetting::Http) {
            return new self(null, obstacle: "{$name} is \"http\"");
        }

        [$socket, $obstacle] = $transport === TransportSetting::Redis
            ? [null, "{$name} is \"redis\""]
            : self::socket($settings, $transport, $storagePath, $extension);

        try {
            $redis = $transport === TransportSetting::Socket
                ? null
                : self::redis($settings, $transport, $redis, $extension, $applicationIds);
        } catch (CannotStart $e) {
            $redis = null;
            $obstacle = $transport === TransportSetting::Redis ? $e->getMessage() : $obstacle;
        }

        return new self($socket, $redis, $transport === TransportSetting::Auto, $obstacle);
    }

    /**
     * The way that is tried first.
     */
    public function first(): string
    {
        return match (true) {
            $this->socket !== null => 'socket',
            $this->redis !== null => 'redis',
            default => $this->http ? 'http' : 'none',
        };
    }

    /**
     * @return array{?string, string} the path, or null and why there is none
     */
    private static function socket(Settings $server, TransportSetting $transport, string $storagePath, Extension $extension): array
    {
        try {
            if ($transport === TransportSetting::Socket) {
                $extension->ensureUsable();
            }

            $socket = SocketPath::read($server, $storagePath);
            $transport->requires($socket, $server);
        } catch (CannotStart $e) {
            return [null, $e->getMessage()];
        }

        return match (true) {
            $socket === null => [null, "{$server->name('socket')} is false"],
            ! $extension->usable() => [null, 'the extension "reverb" is not loaded, or does not fit'],
            default => [$socket->path, ''],
        };
    }

    /**
     * @param  Closure(): list<string>  $applicationIds
     * @return ?array<string, mixed>
     *
     * @throws CannotStart
     */
    private static function redis(
        Settings $server,
        TransportSetting $transport,
        mixed $redis,
        Extension $extension,
        Closure $applicationIds,
    ): ?array {
        $scaling = ScalingSettings::read($server->section('scaling'), $redis);
        $transport->check($scaling, $server);

        if ($transport === TransportSetting::Redis) {
            $extension->ensureUsable();
        }

        return ! $scaling->enabled || ! $extension->usable() ? null : [
            'scaling' => $scaling->toArray(),
            'app_ids' => $applicationIds(),
            'outbox_limit' => ServerConfiguration::outboxLimit($server),
            'cache_ttl' => ServerConfiguration::cacheTtl($server),
        ];
    }
}
