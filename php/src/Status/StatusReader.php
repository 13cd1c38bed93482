<?php

declare(strict_types=1);

namespace Reverb\Laravel\Status;

use Illuminate\Contracts\Config\Repository;
use Illuminate\Contracts\Foundation\Application;
use Reverb\ConnectException;
use Reverb\Exception as ReverbException;
use Reverb\Laravel\Config\Settings;
use Reverb\Laravel\Config\SocketPath;
use Reverb\Laravel\Exceptions\CannotStart;
use Reverb\Laravel\Exceptions\NoStatus;
use Reverb\Laravel\Native\Extension;
use Reverb\RejectedException;

/**
 * Asks the server of this host for its status, by the unix socket that the settings name.
 */
final class StatusReader
{
    private const REFUSED = 111;

    private const NOT_THERE = 2;

    /** The server answers so while it ends. */
    private const UNAVAILABLE = 503;

    public function __construct(
        private readonly Application $app,
        private readonly Repository $config,
        private readonly Extension $extension,
    ) {}

    /**
     * @param  float  $timeout  seconds for each of connecting and answering
     *
     * @throws NoStatus
     */
    public function read(float $timeout): ServerStatus
    {
        $socket = $this->socket();
        $enquirer = $this->extension->enquirer($socket, $timeout);

        try {
            $enquirer->connect();

            return new ServerStatus($enquirer->status(), hrtime(true));
        } catch (ConnectException $e) {
            throw $this->noConnection($socket, $e);
        } catch (RejectedException $e) {
            throw $e->getCode() === self::UNAVAILABLE
                ? new NoStatus("The server at {$socket} is ending: {$e->getMessage()}", 'Ask again when it has started.', true, $e)
                : new NoStatus(
                    "The server at {$socket} is of another version, which tells no status ({$e->getMessage()})",
                    'Restart it, so that it runs the extension that is installed: php artisan reverb:restart.', true, $e
                );
        } catch (ReverbException $e) {
            throw new NoStatus(
                "The unix socket {$socket} was opened, and no status came within {$timeout} s",
                'If that is reverb:start, the machine is overloaded or the process stopped: look at it, and at its log. '
                ."Otherwise reverb.servers.reverb.socket names something else. ({$e->getMessage()})", true, $e
            );
        } finally {
            $enquirer->close();
        }
    }

    /**
     * @throws NoStatus
     */
    private function socket(): string
    {
        try {
            $this->extension->ensureUsable();
        } catch (CannotStart $e) {
            throw new NoStatus('The extension "reverb" cannot be used, so the server cannot be asked', $e->getMessage(), previous: $e);
        }

        try {
            $server = Settings::of($this->config->get('reverb.servers.reverb'), 'reverb.servers.reverb');
            $socket = SocketPath::read($server, $this->app->storagePath());
        } catch (CannotStart $e) {
            throw new NoStatus('The setting of the server\'s unix socket is wrong', $e->getMessage(), previous: $e);
        }

        return $socket->path ?? throw new NoStatus(
            "{$server->name('socket')} is false, so the server has no unix socket, by which its status is told",
            'Set REVERB_SERVER_SOCKET to a path, or remove it, and restart the server.'
        );
    }

    private function noConnection(string $socket, ConnectException $e): NoStatus
    {
        return match ($e->getCode()) {
            self::NOT_THERE => new NoStatus(
                "No server runs here: there is no unix socket {$socket}",
                'Start it: php artisan reverb:start. If it runs, it does so with another setting of '
                .'reverb.servers.reverb.socket or another storage folder, or its start warned that it could not make the socket.',
                previous: $e
            ),
            self::REFUSED => new NoStatus(
                "No server runs here: the unix socket {$socket} is left over from one that has ended",
                'Start it: php artisan reverb:start. It takes the place of that file.', previous: $e
            ),
            // It says whose the file is, and what its mode.
            default => new NoStatus("The server cannot be reached: {$e->getMessage()}", 'Run this command as the user of '
                .'reverb:start, or in its group.', previous: $e),
        };
    }
}
