<?php

declare(strict_types=1);

namespace Reverb\Laravel\Broadcasting;

use Reverb\Laravel\Config\Settings;
use Reverb\Laravel\Config\SocketPath;
use Reverb\Laravel\Config\TransportSetting;
use Reverb\Laravel\Exceptions\CannotStart;
use Reverb\Laravel\Native\Extension;

/**
 * What the settings and the extension leave of the ways to the server, for processes other than the
 * server's own.
 */
final class PublishingWay
{
    private const SERVER = 'reverb.servers.reverb';

    /**
     * @param  ?string  $socket  the path to try, null for none
     * @param  bool  $http  whether HTTP serves where the socket does not
     * @param  string  $obstacle  why there is no socket to try
     */
    public function __construct(
        public readonly ?string $socket,
        public readonly bool $http = true,
        public readonly string $obstacle = '',
    ) {}

    /**
     * A transport that is wrong leaves no way: what was asked for is not known, and must not be
     * something else. Another setting that is wrong is for reverb:start to complain of.
     *
     * @param  mixed  $server  `reverb.servers.reverb` of the configuration
     */
    public static function read(mixed $server, string $storagePath, Extension $extension): self
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

        return $transport === TransportSetting::Http
            ? new self(null, obstacle: "{$settings->name(TransportSetting::KEY)} is \"http\"")
            : self::bySocket($settings, $transport, $storagePath, $extension);
    }

    private static function bySocket(Settings $server, TransportSetting $transport, string $storagePath, Extension $extension): self
    {
        $http = $transport !== TransportSetting::Socket;

        try {
            if (! $http) {
                $extension->ensureUsable();
            }

            $socket = SocketPath::read($server, $storagePath);
            $transport->requires($socket, $server);
        } catch (CannotStart $e) {
            return new self(null, $http, $e->getMessage());
        }

        return match (true) {
            $socket === null => new self(null, obstacle: "{$server->name('socket')} is false"),
            ! $extension->usable() => new self(null, obstacle: 'the extension "reverb" is not loaded, or does not fit'),
            default => new self($socket->path, $http),
        };
    }
}
