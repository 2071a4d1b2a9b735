"""What every page needs: access, sessions, errors, headers, languages, paging, form building blocks."""
