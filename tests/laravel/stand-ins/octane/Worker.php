<?php

declare(strict_types=1);

namespace Laravel\Octane;

use Illuminate\Broadcasting\BroadcastManager;
use Illuminate\Container\Container;
use Illuminate\Contracts\Config\Repository;
use Illuminate\Contracts\Http\Kernel;
use Illuminate\Foundation\Application;
use Illuminate\Http\Request;
use Illuminate\Support\Facades\Facade;
use Laravel\Octane\Contracts\Client;
use Throwable;

/**
 * Serves requests one after the other, each with a clone of the application. What the application
 * had made before is shared by all of them, what a request makes goes with its clone.
 */
class Worker
{
    private Application $app;

    public function __construct(
        private readonly ApplicationFactory $factory,
        private readonly Client $client,
    ) {}

    public function boot(): void
    {
        $this->app = $this->factory->createApplication([Client::class => $this->client]);
    }

    public function handle(Request $request, RequestContext $context): void
    {
        $sandbox = clone $this->app;
        self::makeCurrent($sandbox);
        $this->prepare($sandbox, $request);
        $responded = false;

        try {
            $kernel = $sandbox->make(Kernel::class);
            $response = $kernel->handle($request);
            $this->client->respond($context, new OctaneResponse($response));
            $responded = true;
            $kernel->terminate($request, $response);
        } catch (Throwable $e) {
            if (! $responded) {
                $this->client->error($e, $sandbox, $request, $context);
            }
        } finally {
            $sandbox->flush();
            self::makeCurrent($this->app);
        }
    }

    public function terminate(): void
    {
        $this->app->terminate();
    }

    private static function makeCurrent(Application $app): void
    {
        $app->instance('app', $app);
        $app->instance(Container::class, $app);
        Container::setInstance($app);
        Facade::clearResolvedInstances();
        Facade::setFacadeApplication($app);
    }

    /**
     * What is shared and knows an application is told of the clone.
     */
    private function prepare(Application $sandbox, Request $request): void
    {
        $sandbox->instance('config', clone $sandbox->make(Repository::class));
        $sandbox->instance('request', $request);
        $sandbox->make(Kernel::class)->setApplication($sandbox);
        $sandbox->make('router')->setContainer($sandbox);

        if ($sandbox->resolved(BroadcastManager::class)) {
            $sandbox->make(BroadcastManager::class)->setApplication($sandbox);
        }
    }
}
