<?php

declare(strict_types=1);

namespace App\Octane;

use Illuminate\Foundation\Application;
use Illuminate\Http\Request;
use Laravel\Octane\Contracts\Client;
use Laravel\Octane\OctaneResponse;
use Laravel\Octane\RequestContext;
use Throwable;

final class PipeClient implements Client
{
    /**
     * @return array{Request, RequestContext}
     */
    public function marshalRequest(RequestContext $context): array
    {
        /** @var array{uri: string, headers: array<string, string>} $asked */
        $asked = json_decode($context->data['line'], true, flags: JSON_THROW_ON_ERROR);
        $request = Request::create($asked['uri']);
        $request->headers->add($asked['headers']);

        return [$request, $context];
    }

    public function respond(RequestContext $context, OctaneResponse $response): void
    {
        $this->write($response->response->getStatusCode(), (string) $response->response->getContent());
    }

    public function error(Throwable $e, Application $app, Request $request, RequestContext $context): void
    {
        $this->write(500, (string) $e);
    }

    private function write(int $status, string $content): void
    {
        fwrite(STDOUT, json_encode(['status' => $status, 'content' => $content], JSON_THROW_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE)."\n");
    }
}
