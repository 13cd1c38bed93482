<?php

declare(strict_types=1);

namespace App;

use Illuminate\Auth\GenericUser;
use Illuminate\Http\Request;

/** Somebody who gave a name. There is no password and no database: the session is all there is. */
final class Visitor extends GenericUser
{
    public function __construct(public readonly string $name)
    {
        parent::__construct(['id' => $name]);
    }

    public static function of(Request $request): ?self
    {
        $name = $request->session()->get('name');

        return is_string($name) ? new self($name) : null;
    }
}
