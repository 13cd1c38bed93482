<?php

declare(strict_types=1);

namespace Reverb\Laravel\Broadcasting;

use Illuminate\Broadcasting\Broadcasters\PusherBroadcaster;
use Illuminate\Broadcasting\BroadcastException;
use JsonException;
use Pusher\Pusher;
use Pusher\PusherCrypto;
use Pusher\PusherException;
use Reverb\ConnectException;
use Reverb\Exception as ReverbException;
use Reverb\OutcomeUnknownException;
use Reverb\Publisher;
use Reverb\RejectedException;
use Reverb\Server;

/**
 * Publishes to the server directly where there is a way, and over HTTP by the Pusher SDK where
 * there is none. What it accepts, refuses and throws is the same both ways.
 */
class ReverbBroadcaster extends PusherBroadcaster
{
    private const CHANNEL_NAME = '/\A#?[-a-zA-Z0-9_=@,.;]+\z/';

    private const UNKNOWN_APPLICATION = 404;

    /** Nanoseconds in which an application that the server did not know goes over HTTP. */
    private const ELSEWHERE = 1_000_000_000;

    /** That are tried for one event before HTTP: the server in this process, the socket, and Redis. */
    private const WAYS = 3;

    private const SOCKET_ID = '/\A\d+\.\d+\z/';

    private readonly Pusher $sdk;

    private readonly string $appId;

    private readonly ?PusherCrypto $crypto;

    /** Since the server on this host does not serve this connection's application, or not yet. */
    private int $elsewhereUntil = 0;

    /**
     * @param  Pusher  $pusher  made of $config
     * @param  array<string, mixed>  $config  the connection's, in config/broadcasting.php
     */
    public function __construct(Pusher $pusher, private readonly Transport $transport, array $config)
    {
        parent::__construct($pusher, (bool) ($config['jsonp'] ?? false));

        $this->sdk = $pusher;
        $this->appId = self::appId($pusher);
        $this->crypto = self::crypto($config);
    }

    /**
     * @param  array<mixed>  $channels
     * @param  string  $event
     * @param  array<mixed>  $payload
     */
    public function broadcast(array $channels, $event, array $payload = []): void
    {
        // An SDK object that was put in place later was put there to be used.
        $publisher = $this->pusher === $this->sdk && ($this->elsewhereUntil === 0 || hrtime(true) >= $this->elsewhereUntil)
            ? $this->transport->publisher()
            : null;

        if ($publisher === null) {
            parent::broadcast($channels, $event, $payload);

            return;
        }

        /** @var list<string> $names */
        $names = array_values($this->formatChannels($channels));
        $encrypted = self::encrypted($names);

        // Each encrypted channel has a key of its own, so an event for several is a matter for the SDK,
        // and so is one without a master key.
        if ($encrypted && ($this->crypto === null || count($names) > 1)) {
            $this->ensureHttp(
                'an event for encrypted channels needs options.encryption_master_key_base64 of the connection, and a channel of its own'
            );
            parent::broadcast($channels, $event, $payload);

            return;
        }

        if ($names === []) {
            return;
        }

        $except = isset($payload['socket']) ? self::socketId($payload['socket']) : null;
        $data = self::json($payload);

        if ($encrypted) {
            $data = $this->crypto->encrypt_payload($names[0], $data);
        }

        if (! $this->publish($publisher, $names, (string) $event, $data, $except)) {
            parent::broadcast($channels, $event, $payload);
        }
    }

    /**
     * @param  non-empty-list<string>  $names
     * @return bool whether it was sent; if not, HTTP is to serve
     */
    private function publish(Server|Publisher $publisher, array $names, string $event, string $data, ?string $except): bool
    {
        for ($ways = 0; $publisher !== null && $ways < self::WAYS; $ways++) {
            try {
                $publisher->publish($this->appId, $names, $event, $data, $except);

                return true;
            } catch (RejectedException|OutcomeUnknownException $e) {
                if ($e->getCode() === self::UNKNOWN_APPLICATION && $this->transport->way->http) {
                    $this->elsewhereUntil = hrtime(true) + self::ELSEWHERE;

                    return false;
                }

                self::ensureNames($names);

                // With the outcome unknown, sending it again, by HTTP say, could deliver it twice.
                throw new BroadcastException(sprintf('Pusher error: %s.', $e->getMessage()), 0, $e);
            } catch (ConnectException $e) {
                // Nothing was sent: another way may still serve.
                $this->transport->failed($publisher, $e);
                $publisher = $this->transport->publisher();
            } catch (ReverbException $e) {
                if (! $this->transport->ofParent($publisher)) {
                    $this->ensureHttp($e->getMessage(), $e);

                    return false;
                }

                $publisher = $this->transport->publisher();
            }
        }

        return false;
    }

    /**
     * @throws BroadcastException where the settings rule HTTP out
     */
    private function ensureHttp(string $otherwise, ?ReverbException $previous = null): void
    {
        if (! $this->transport->way->http) {
            throw new BroadcastException("The event was not sent: {$otherwise}.", 0, $previous);
        }
    }

    /**
     * Only looked at when the server has refused the event: it allows no other names than the SDK.
     *
     * @param  list<string>  $names
     *
     * @throws PusherException as the SDK would have thrown
     */
    private static function ensureNames(array $names): void
    {
        foreach ($names as $name) {
            if (preg_match(self::CHANNEL_NAME, $name) !== 1) {
                throw new PusherException("Invalid channel name {$name}");
            }
        }
    }

    /**
     * @throws PusherException
     */
    private static function socketId(mixed $socket): string
    {
        $id = is_scalar($socket) ? (string) $socket : '';

        return preg_match(self::SOCKET_ID, $id) === 1 ? $id : throw new PusherException("Invalid socket ID {$id}");
    }

    /**
     * @param  list<string>  $names
     */
    private static function encrypted(array $names): bool
    {
        foreach ($names as $name) {
            if (str_starts_with($name, PusherCrypto::ENCRYPTED_PREFIX)) {
                return true;
            }
        }

        return false;
    }

    /**
     * @param  array<mixed>  $payload
     *
     * @throws PusherException
     */
    private static function json(array $payload): string
    {
        unset($payload['socket']);

        try {
            return json_encode($payload, JSON_THROW_ON_ERROR);
        } catch (JsonException) {
            throw new PusherException('Data encoding error.');
        }
    }

    private static function appId(Pusher $pusher): string
    {
        $id = $pusher->getSettings()['app_id'];

        return is_scalar($id) ? (string) $id : '';
    }

    /**
     * @param  array<string, mixed>  $config
     */
    private static function crypto(array $config): ?PusherCrypto
    {
        $options = $config['options'] ?? [];
        $key = is_array($options) ? $options['encryption_master_key_base64'] ?? '' : '';

        return is_string($key) && $key !== '' ? new PusherCrypto(PusherCrypto::parse_master_key($key)) : null;
    }
}
