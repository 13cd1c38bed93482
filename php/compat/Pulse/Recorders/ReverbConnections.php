<?php

declare(strict_types=1);

namespace Laravel\Reverb\Pulse\Recorders;

use Illuminate\Broadcasting\BroadcastManager;
use Illuminate\Contracts\Config\Repository;
use Illuminate\Contracts\Container\Container;
use Laravel\Pulse\Events\IsolatedBeat;
use Laravel\Pulse\Pulse;
use Laravel\Reverb\Application;
use Laravel\Reverb\Contracts\ApplicationProvider;
use Reverb\Laravel\Broadcasting\SdkConfig;

/**
 * Records how many connections each application has: `pulse:check` asks the server over HTTP.
 */
class ReverbConnections
{
    private const SECONDS = 15;

    /** @var class-string */
    public string $listen = IsolatedBeat::class;

    public function __construct(
        protected Pulse $pulse,
        protected Container $app,
    ) {}

    public function record(IsolatedBeat $event): void
    {
        if ($event->time->second % self::SECONDS !== 0) {
            return;
        }

        foreach ($this->app->make(ApplicationProvider::class)->all() as $application) {
            // One that cannot be asked does not keep the others from being counted.
            $this->pulse->rescue(fn () => $this->pulse->record(
                type: 'reverb_connections',
                key: $application->id(),
                value: $this->connections($application),
                timestamp: $event->time->getTimestamp(),
            )->avg()->max()->onlyBuckets());
        }
    }

    private function connections(Application $application): int
    {
        $prefix = $this->app->make(Repository::class)->get('reverb.servers.reverb.path');
        $sdk = $this->app->make(BroadcastManager::class)->pusher(SdkConfig::complete($application->toArray(), $prefix));

        /** @var array{connections: int} $answer */
        $answer = $sdk->get('/connections', [], true);

        return $answer['connections'];
    }
}
