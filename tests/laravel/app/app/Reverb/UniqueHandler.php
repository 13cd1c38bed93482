<?php

declare(strict_types=1);

namespace App\Reverb;

use App\Listeners\Recorder;
use Illuminate\Contracts\Foundation\Application;
use Illuminate\Contracts\Queue\ShouldBeUnique;
use Illuminate\Contracts\Queue\ShouldQueue;
use Reverb\Laravel\ClientEvents\ClientEvent;

/**
 * Handles client events in a worker, those of a document once, however many wait.
 */
final class UniqueHandler implements ShouldBeUnique, ShouldQueue
{
    public int $uniqueFor = 60;

    public function __construct(
        private readonly Application $app,
    ) {}

    public function shouldQueue(ClientEvent $event): bool
    {
        return $event->get('environment', 'local') === $this->app->environment();
    }

    public function uniqueId(ClientEvent $event): string
    {
        return $event->get('document');
    }

    /**
     * @return list<Noting>
     */
    public function middleware(): array
    {
        return [new Noting('the handler')];
    }

    public function handle(ClientEvent $event): void
    {
        Recorder::write(['event' => 'saved', 'document' => $event->get('document')]);
    }
}
